import { Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { unrestricted } from '../../../base/shapes.ts';
import type { User } from '../../../features/directory/contract.ts';
import { api } from '../../api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { faultOf, fieldIssue } from '../../ui/fault-texts.ts';
import { RestrictionsPicker } from '../../ui/restrictions-picker.tsx';
import { useSubmit } from '../../ui/use-submit.ts';

/** A first look while it is typed; the contract has the last word. */
const ADDRESS = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/;

export function UserModal({ user, onClose }: { user: User | 'new' | null; onClose: () => void }) {
  const existing = user === 'new' ? null : user;
  return (
    <Modal
      opened={user !== null}
      onClose={onClose}
      title={existing === null ? 'Add a user' : existing.name}
      size={520}
    >
      {user !== null && <UserForm user={existing} onDone={onClose} />}
    </Modal>
  );
}

function UserForm({ user, onDone }: { user: User | null; onDone: () => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState(user?.name ?? '');
  const [email, setEmail] = useState(user?.email ?? '');
  const [access, setAccess] = useState<User['access']>(user?.access ?? 'write');
  const [restrictions, setRestrictions] = useState(user?.restrictions ?? unrestricted);
  const saved = {
    onSuccess: onDone,
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: api.tokens.key() });
      return queries.invalidateQueries({ queryKey: api.directory.key() });
    },
  };
  const add = useMutation(api.directory.users.add.mutationOptions(saved));
  const update = useMutation(api.directory.users.update.mutationOptions(saved));
  const error = add.error ?? update.error;
  const [left, setLeft] = useState(false);
  const address = email.trim();
  const plausible = user !== null || ADDRESS.test(address);
  const complete = name.trim() !== '' && address !== '' && plausible;
  const taken = faultOf(error)?.code === 'name.taken';
  const emailError =
    left && address !== '' && !plausible
      ? 'Write a whole address, as ada@example.org'
      : taken
        ? 'Another user has this address already'
        : fieldIssue(error, 'email');
  const save = () => {
    const fields = { name: name.trim(), access, restrictions };
    if (user === null) add.mutate({ ...fields, email: address });
    else update.mutate({ ...fields, id: user.id });
  };
  const onSubmit = useSubmit({ pending: add.isPending || update.isPending, ready: complete, submit: save });
  return (
    <form noValidate onSubmit={onSubmit}>
      <Stack>
        <TextInput
          label="Name"
          required
          maxLength={100}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="E-mail"
          type="email"
          required
          maxLength={254}
          disabled={user !== null}
          {...(user !== null && { description: 'The address identifies the account and stays.' })}
          value={email}
          error={emailError}
          onBlur={() => setLeft(true)}
          onChange={(event) => {
            setEmail(event.currentTarget.value);
            add.reset();
          }}
        />
        <Radio.Group
          label="Access"
          value={access}
          onChange={(value) => setAccess(value === 'write' ? 'write' : 'read')}
        >
          <Group gap="lg" mt={4}>
            <Radio value="read" label="Read" />
            <Radio value="write" label="Read and write" />
          </Group>
        </Radio.Group>
        <div>
          <Text fw={600}>Narrowed to</Text>
          <RestrictionsPicker value={restrictions} onChange={setRestrictions} />
        </div>
        {error !== null && emailError === null && <ErrorNotice error={error} doing="save the user" />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" disabled={!complete} loading={add.isPending || update.isPending}>
            {user === null ? 'Add the user' : 'Save'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
