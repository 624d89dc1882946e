import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { User } from '../../../features/directory/contract.ts';
import { api } from '../../api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { counted, shortName } from '../../ui/format.ts';
import { useSubmit } from '../../ui/use-submit.ts';

/** Deactivating a user stops their tokens; activating starts them again. Both are confirmed. */
export function SwitchUser({ user, onClose }: { user: User | null; onClose: () => void }) {
  const title = user === null ? '' : `${user.active ? 'Deactivate' : 'Activate'} ${user.name}?`;
  return (
    <Modal opened={user !== null} onClose={onClose} title={title} size={440}>
      {user !== null && <Confirmation user={user} onClose={onClose} />}
    </Modal>
  );
}

function Confirmation({ user, onClose }: { user: User; onClose: () => void }) {
  const queries = useQueryClient();
  const change = useMutation(
    api.directory.users.setActive.mutationOptions({
      onSuccess: onClose,
      onSettled: () => {
        void queries.invalidateQueries({ queryKey: api.tokens.key() });
        return queries.invalidateQueries({ queryKey: api.directory.key() });
      },
    }),
  );
  const onSwitch = useSubmit({
    pending: change.isPending,
    submit: () => change.mutate({ id: user.id, active: !user.active }),
  });
  const theirs = counted(user.tokens, 'token');
  return (
    <Stack>
      <Text>
        {user.active
          ? `Requests with the ${theirs} of this user are refused from now on, with 401. Activate the user to let them in again.`
          : `The ${theirs} of this user are judged by their own status again.`}
      </Text>
      {change.isError && <ErrorNotice error={change.error} doing="change the user" />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button {...(user.active && { color: 'red' })} loading={change.isPending} onClick={onSwitch}>
          {user.active ? 'Deactivate' : 'Activate'} {shortName(user.name)}
        </Button>
      </Group>
    </Stack>
  );
}
