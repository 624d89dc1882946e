import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../api.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { fieldIssue } from '../../../ui/fault-texts.ts';
import { counted } from '../../../ui/format.ts';
import { useSubmit } from '../../../ui/use-submit.ts';
import type { AccountDialogProps } from './account-dialog.ts';
import { isLongEnough, NewPassword } from './new-password.tsx';

export const ResetPassword = (props: AccountDialogProps) => (
  <Modal
    opened={props.opened}
    onClose={props.onClose}
    title={`A new password for ${props.account.name}`}
    size={480}
    transitionProps={{ exitDuration: 0 }}
  >
    <ResetForm {...props} />
  </Modal>
);

function ResetForm({ account, onClose }: AccountDialogProps) {
  const queries = useQueryClient();
  const [password, setPassword] = useState('');
  const reset = useMutation(
    api.admins.resetPassword.mutationOptions({
      onSuccess: onClose,
      onSettled: () => queries.invalidateQueries({ queryKey: api.admins.key() }),
    }),
  );
  const onSubmit = useSubmit({
    pending: reset.isPending,
    ready: isLongEnough(password),
    submit: () => reset.mutate({ id: account.id, password }),
  });
  return (
    <form noValidate onSubmit={onSubmit}>
      <Stack>
        <Text>
          The old password no longer works, and{' '}
          {account.sessions === 0 ? 'no session is open' : `${counted(account.sessions, 'session')} will end`}
          .
        </Text>
        <NewPassword value={password} onChange={setPassword} error={reset.error} />
        {reset.isError && fieldIssue(reset.error, 'password') === null && (
          <ErrorNotice error={reset.error} doing="reset the password" />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!isLongEnough(password)} loading={reset.isPending}>
            Reset the password
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
