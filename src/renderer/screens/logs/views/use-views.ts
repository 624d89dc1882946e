import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { meets } from '../../../../base/roles.ts';
import type { LogView } from '../../../../features/logs/contract.ts';
import { api, client } from '../../../api.ts';
import { notifyError } from '../../../ui/error-notice.tsx';

/** The views that are saved, and what can be done to them. */
export function useViews() {
  const queries = useQueryClient();
  const list = useQuery(api.logs.views.list.queryOptions());
  const info = useQuery({ ...api.instance.info.queryOptions(), staleTime: Number.POSITIVE_INFINITY });
  const onSettled = () => queries.invalidateQueries({ queryKey: api.logs.views.key() });
  const save = useMutation(
    api.logs.views.save.mutationOptions({
      onSettled,
      onError: (error) => notifyError(error, 'save the view'),
    }),
  );
  const rename = useMutation({
    // First saved, then removed: whatever fails between the two, the view is still there.
    mutationFn: async ({ view, name }: { view: LogView; name: string }) => {
      const { query, range, columns } = view;
      await client.logs.views.save({ name, query, range, columns });
      // A name that differs in capitals alone is the same name, and was replaced.
      const left = await client.logs.views.list();
      if (left.some((one) => one.id === view.id && one.name !== name))
        await client.logs.views.remove({ id: view.id });
    },
    onSettled,
    onError: (error) => notifyError(error, 'rename the view'),
  });
  const remove = useMutation(
    api.logs.views.remove.mutationOptions({
      onSettled,
      onError: (error) => notifyError(error, 'delete the view'),
    }),
  );
  return {
    list,
    /** Auditors see what others have saved. */
    maySave: info.data !== undefined && meets(info.data.role, 'changes'),
    save,
    rename,
    remove,
  };
}
