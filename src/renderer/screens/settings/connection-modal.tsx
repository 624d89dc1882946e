import { Alert, Button, Checkbox, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type Connection, colours, type ShownConnection } from '../../../main/connections/contract.ts';
import { api } from '../../api.ts';
import { useConnectionsSettled } from '../../routes/use-connections.ts';
import { ConnectionMark } from '../../ui/connection-mark.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useSubmit } from '../../ui/use-submit.ts';

interface ConnectionModalProps {
  /** Null: closed. */
  connection: ShownConnection | 'new' | null;
  onClose: () => void;
}

export const ConnectionModal = ({ connection, onClose }: ConnectionModalProps) => (
  <Modal
    opened={connection !== null}
    onClose={onClose}
    title={connection === 'new' ? 'Add a connection' : `Edit ${connection?.name ?? ''}`}
    size={520}
  >
    {connection !== null && (
      <ConnectionForm connection={connection === 'new' ? null : connection} onDone={onClose} />
    )}
  </Modal>
);

const words: Record<Connection['colour'], string> = {
  slate: 'Slate',
  blue: 'Blue',
  green: 'Green',
  amber: 'Amber',
  red: 'Red',
  violet: 'Violet',
};

function ConnectionForm({ connection, onDone }: { connection: ShownConnection | null; onDone: () => void }) {
  const settled = useConnectionsSettled();
  const [name, setName] = useState(connection?.name ?? '');
  const [colour, setColour] = useState<Connection['colour']>(connection?.colour ?? 'green');
  const [isProtected, setProtected] = useState(connection?.isProtected ?? false);
  const [file, setFile] = useState(connection?.target.file ?? '');
  const saved = { onSuccess: onDone, onSettled: settled };
  const add = useMutation(api.connections.add.mutationOptions(saved));
  const edit = useMutation(api.connections.edit.mutationOptions(saved));
  const test = useMutation(api.connections.test.mutationOptions());
  const choose = useMutation(
    api.connections.chooseFile.mutationOptions({
      onSuccess: (chosen) => {
        if (chosen === null) return;
        setFile(chosen);
        test.mutate({ target: { kind: 'local', file: chosen } });
      },
    }),
  );
  const target = { kind: 'local', file: file.trim() } as const;
  const complete = name.trim() !== '' && target.file !== '';
  const pending = add.isPending || edit.isPending;
  const error = add.error ?? edit.error ?? choose.error;
  const onSubmit = useSubmit({
    pending,
    ready: complete,
    submit: () => {
      const fields = { name: name.trim(), colour, isProtected };
      if (connection === null) add.mutate({ ...fields, target });
      else edit.mutate({ ...fields, id: connection.id });
    },
  });
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
        <Select
          label="Colour"
          description="Shown beside the name at the top left, so that production does not look like a test."
          allowDeselect={false}
          data={colours.map((value) => ({ value, label: words[value] }))}
          leftSection={<ConnectionMark colour={colour} />}
          value={colour}
          onChange={(value) => setColour(colours.find((known) => known === value) ?? colour)}
        />
        <TextInput
          label="File"
          description={
            connection === null
              ? 'The main file of an instance on this computer. Where there is none yet, one is made when you first switch to it.'
              : 'Where a connection leads stays. Another file is another connection.'
          }
          required
          disabled={connection !== null}
          classNames={{ input: 'mono' }}
          value={file}
          onChange={(event) => {
            setFile(event.currentTarget.value);
            test.reset();
          }}
        />
        {connection === null && (
          <Group gap="xs">
            <Button variant="default" onClick={() => choose.mutate({ isNew: false })}>
              Open a file…
            </Button>
            <Button variant="default" onClick={() => choose.mutate({ isNew: true })}>
              New file…
            </Button>
            <Button
              variant="default"
              disabled={target.file === ''}
              loading={test.isPending}
              onClick={() => test.mutate({ target })}
            >
              Test
            </Button>
          </Group>
        )}
        {test.data !== undefined && (
          <Alert color="teal" variant="light" icon={<IconCircleCheck size={18} />} role="status">
            {test.data.isNew
              ? 'There is no instance yet. One is made, with a key of its own, when you first switch to it.'
              : 'There is an instance, its key is beside it, and it can be opened.'}
          </Alert>
        )}
        {test.isError && <ErrorNotice error={test.error} doing="open it" />}
        <Checkbox
          label="Protected"
          description="The console asks before each change."
          checked={isProtected}
          onChange={(event) => setProtected(event.currentTarget.checked)}
        />
        {error !== null && <ErrorNotice error={error} doing="save the connection" />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" disabled={!complete} loading={pending}>
            {connection === null ? 'Add the connection' : 'Save'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
