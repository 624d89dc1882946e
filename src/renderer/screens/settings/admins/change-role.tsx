import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../api.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { useSubmit } from '../../../ui/use-submit.ts';
import type { AccountDialogProps } from './account-dialog.ts';
import { RolePicker } from './role-picker.tsx';

export const ChangeRole = (props: AccountDialogProps) => (
  <Modal opened={props.opened} onClose={props.onClose} title={`The role of ${props.account.name}`} size={440}>
    <RoleForm {...props} />
  </Modal>
);

function RoleForm({ account, onClose }: AccountDialogProps) {
  const queries = useQueryClient();
  const [role, setRole] = useState(account.role);
  const change = useMutation(
    api.admins.setRole.mutationOptions({
      onSuccess: onClose,
      // What this window itself may do can be what changed.
      onSettled: () => queries.invalidateQueries(),
    }),
  );
  const onSubmit = useSubmit({
    pending: change.isPending,
    ready: role !== account.role,
    submit: () => change.mutate({ id: account.id, role }),
  });
  return (
    <form noValidate onSubmit={onSubmit}>
      <Stack>
        <RolePicker value={role} onChange={setRole} />
        <Text c="dimmed">It holds from the next call of each of their sessions on.</Text>
        {change.isError && <ErrorNotice error={change.error} doing="change the role" />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={role === account.role} loading={change.isPending}>
            Change the role
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
