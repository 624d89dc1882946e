import { Button, Checkbox, Group, Modal, SegmentedControl, Select, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { POSTGRES_PORT } from '../../../base/database-url.ts';
import {
  type Connection,
  colours,
  type ShownConnection,
  type Target,
} from '../../../main/connections/contract.ts';
import { api } from '../../api.ts';
import { useConnectionsSettled } from '../../routes/use-connections.ts';
import { ConnectionMark } from '../../ui/connection-mark.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useSubmit } from '../../ui/use-submit.ts';
import { DatabaseFields, givenSecrets, isWholeDatabase, NOTHING_TYPED } from './database-fields.tsx';
import { FileFields } from './file-fields.tsx';
import { ServerFields } from './server-fields.tsx';

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
    size={560}
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

const empty = {
  local: { kind: 'local', file: '' },
  server: { kind: 'server', url: '', user: '', pin: null },
  database: {
    kind: 'database',
    host: '',
    port: POSTGRES_PORT,
    database: '',
    user: '',
    tls: 'verified',
    account: '',
  },
} as const satisfies Record<Target['kind'], Target>;

function isWhole(target: Target): boolean {
  if (target.kind === 'local') return target.file.trim() !== '';
  return target.kind === 'server'
    ? target.url.trim() !== '' && target.user.trim() !== ''
    : isWholeDatabase(target);
}

const KINDS = [
  { value: 'local', label: 'This computer' },
  { value: 'server', label: 'A server' },
  { value: 'database', label: 'A database' },
] as const;

function ConnectionForm({ connection, onDone }: { connection: ShownConnection | null; onDone: () => void }) {
  const settled = useConnectionsSettled();
  const [name, setName] = useState(connection?.name ?? '');
  const [colour, setColour] = useState<Connection['colour']>(connection?.colour ?? 'green');
  const [isProtected, setProtected] = useState(connection?.isProtected ?? false);
  const [target, setTarget] = useState<Target>(connection?.target ?? empty.local);
  const [secrets, setSecrets] = useState(NOTHING_TYPED);
  const given = givenSecrets(secrets);
  const saved = {
    // What is secret is not kept with what was asked.
    gcTime: 0,
    onSuccess: () => {
      onDone();
      // It is opened anew with them.
      if (connection?.current && Object.keys(given).length > 0) window.location.reload();
    },
    onSettled: settled,
  };
  const add = useMutation(api.connections.add.mutationOptions(saved));
  const edit = useMutation(api.connections.edit.mutationOptions(saved));
  const complete = name.trim() !== '' && isWhole(target);
  const pending = add.isPending || edit.isPending;
  const error = add.error ?? edit.error;
  const onSubmit = useSubmit({
    pending,
    ready: complete,
    submit: () => {
      const fields = { name: name.trim(), colour, isProtected };
      if (connection === null) add.mutate({ ...fields, target, secrets: given });
      else edit.mutate({ ...fields, id: connection.id, secrets: given });
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
        {connection === null && (
          <SegmentedControl
            aria-label="Where it leads"
            data={[...KINDS]}
            value={target.kind}
            onChange={(kind) => {
              setTarget(empty[kind]);
              setSecrets(NOTHING_TYPED);
            }}
          />
        )}
        {target.kind === 'local' ? (
          <FileFields target={target} fixed={connection !== null} onChange={setTarget} />
        ) : target.kind === 'server' ? (
          <ServerFields target={target} fixed={connection !== null} onChange={setTarget} />
        ) : (
          <DatabaseFields
            target={target}
            connection={connection}
            secrets={secrets}
            onChange={setTarget}
            onSecrets={setSecrets}
          />
        )}
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
