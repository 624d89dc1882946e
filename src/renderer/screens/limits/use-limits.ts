import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api.ts';

/** Setting and clearing limits; both answer with all limits as they now are. */
export function useLimits(onDone?: () => void) {
  const queries = useQueryClient();
  const done = (title: string) => (shown: ReturnType<typeof queries.getQueryData>) => {
    queries.setQueryData(api.limits.show.queryKey(), shown as never);
    notifications.show({ title, message: 'In force for the next request.' });
    onDone?.();
  };
  return {
    set: useMutation(api.limits.set.mutationOptions({ onSuccess: done('Limit saved') })),
    clear: useMutation(api.limits.clear.mutationOptions({ onSuccess: done('Limit cleared') })),
  };
}
