import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Role } from '../../../../base/roles.ts';
import { api } from '../../../api.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { faultOf, fieldIssue } from '../../../ui/fault-texts.ts';
import { useSubmit } from '../../../ui/use-submit.ts';
import { isLongEnough, NewPassword } from './new-password.tsx';
import { RolePicker } from './role-picker.tsx';

export const AddAdmin = ({ opened, onClose }: { opened: boolean; onClose: () => void }) => (
  <Modal
    opened={opened}
    onClose={onClose}
    title="Add an admin"
    size={480}
    transitionProps={{ exitDuration: 0 }}
  >
    <AddForm onDone={onClose} />
  </Modal>
);

function AddForm({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('admin');
  const [password, setPassword] = useState('');
  const add = useMutation(
    api.admins.add.mutationOptions({
      onSuccess: onDone,
      onSettled: () => queries.invalidateQueries({ queryKey: api.admins.key() }),
    }),
  );
  const complete = name.trim() !== '' && isLongEnough(password);
  const onSubmit = useSubmit({
    pending: add.isPending,
    ready: complete,
    submit: () => add.mutate({ name: name.trim(), role, password }),
  });
  const nameError =
    faultOf(add.error)?.code === 'name.taken' ? 'Another admin has this name' : fieldIssue(add.error, 'name');
  return (
    <form noValidate onSubmit={onSubmit}>
      <Stack>
        <TextInput
          label="Name"
          description="Letters, digits and . _ @ -; capitals make no difference."
          required
          withAsterisk={false}
          maxLength={64}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus
          value={name}
          error={nameError}
          onChange={(event) => {
            setName(event.currentTarget.value);
            add.reset();
          }}
        />
        <RolePicker value={role} onChange={setRole} />
        <NewPassword value={password} onChange={setPassword} error={add.error} />
        {add.isError && nameError === null && fieldIssue(add.error, 'password') === null && (
          <ErrorNotice error={add.error} doing="add the admin" />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" disabled={!complete} loading={add.isPending}>
            Add the admin
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
