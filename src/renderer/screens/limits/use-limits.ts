import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api.ts';

/** Setting, clearing and adopting limits; each answers with all limits as they now are. */
export function useLimits(onDone?: () => void) {
  const queries = useQueryClient();
  const done =
    (title: (trial: boolean) => string) =>
    (shown: unknown, input: { target: unknown; trial?: boolean | undefined }) => {
      queries.setQueryData(api.limits.show.queryKey(), shown as never);
      const trial = input.trial ?? false;
      const message = trial ? 'Nothing else is enforced than before.' : 'In force for the next request.';
      notifications.show({ title: title(trial), message });
      onDone?.();
    };
  return {
    set: useMutation(
      api.limits.set.mutationOptions({ onSuccess: done((trial) => (trial ? 'Trial saved' : 'Limit saved')) }),
    ),
    clear: useMutation(
      api.limits.clear.mutationOptions({
        onSuccess: done((trial) => (trial ? 'Trial ended' : 'Limit cleared')),
      }),
    ),
    adopt: useMutation(api.limits.adopt.mutationOptions({ onSuccess: done(() => 'Limit adopted') })),
  };
}
