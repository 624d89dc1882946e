import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api.ts';
import { notifyError } from '../../ui/error-notice.tsx';

/** Switches a token off or on; in force when the call returns. */
export function useSwitchToken() {
  const queries = useQueryClient();
  return useMutation(
    api.tokens.setActive.mutationOptions({
      onSuccess: (token) => {
        const on = token.status !== 'inactive';
        notifications.show({
          title: `${token.name} is ${on ? 'on' : 'off'}`,
          message: on ? 'Its requests are judged again.' : 'Its requests are refused from now on, with 401.',
        });
      },
      onError: (error) => notifyError(error, 'switch the token'),
      onSettled: () => queries.invalidateQueries({ queryKey: api.tokens.key() }),
    }),
  );
}
