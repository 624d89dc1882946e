import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api.ts';
import { notifyError } from '../../ui/error-notice.tsx';

/** What is proxied to, with what can be done about it. */
export function useUpstream() {
  const queries = useQueryClient();
  const view = useQuery(api.upstream.get.queryOptions());
  // The catalogue may be another one now.
  const onSettled = () =>
    Promise.all(
      [api.upstream, api.gateway, api.endpoints].map((part) =>
        queries.invalidateQueries({ queryKey: part.key() }),
      ),
    );
  const save = useMutation(api.upstream.set.mutationOptions({ onSettled }));
  const clear = useMutation(
    api.upstream.clear.mutationOptions({
      onSettled,
      onError: (error) => notifyError(error, 'go back to the built-in API'),
    }),
  );
  return { view, save, clear };
}
