import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../../api.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { shortName } from '../../../ui/format.ts';
import { useSubmit } from '../../../ui/use-submit.ts';
import type { AccountDialogProps } from './account-dialog.ts';

/** Disabling an account ends its sessions; enabling lets it sign in again. Both are confirmed. */
export const SwitchAccount = (props: AccountDialogProps) => (
  <Modal
    opened={props.opened}
    onClose={props.onClose}
    title={`${props.account.active ? 'Disable' : 'Enable'} ${props.account.name}?`}
    size={440}
  >
    <Confirmation {...props} />
  </Modal>
);

function Confirmation({ account, onClose }: AccountDialogProps) {
  const queries = useQueryClient();
  const settled = {
    onSuccess: onClose,
    onSettled: () => queries.invalidateQueries({ queryKey: api.admins.key() }),
  };
  const disable = useMutation(api.admins.disable.mutationOptions(settled));
  const enable = useMutation(api.admins.enable.mutationOptions(settled));
  const change = account.active ? disable : enable;
  const onSwitch = useSubmit({
    pending: change.isPending,
    submit: () => change.mutate({ id: account.id }),
  });
  return (
    <Stack>
      <Text>
        {account.active
          ? 'Their sessions end at once, and nobody signs in with this account until it is enabled again. What they changed stays.'
          : 'They can sign in again, with the password that they had.'}
      </Text>
      {change.isError && <ErrorNotice error={change.error} doing="change the account" />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button {...(account.active && { color: 'red' })} loading={change.isPending} onClick={onSwitch}>
          {account.active ? 'Disable' : 'Enable'} {shortName(account.name)}
        </Button>
      </Group>
    </Stack>
  );
}
