import { Button, Code, Group, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ShownConnection } from '../../../main/connections/contract.ts';
import { api } from '../../api.ts';
import { databaseName } from '../../ui/database-name.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { KeychainNote } from '../../ui/keychain-note.tsx';
import { ConnectionModal } from '../settings/connection-modal.tsx';
import { PasswordOnly } from './password-only.tsx';

interface DatabaseSignInProps {
  connection: ShownConnection;
  target: Extract<ShownConnection['target'], { kind: 'database' }>;
  onSignedIn: () => void;
}

/** A database: whether it can be opened, then the password of the account of the instance in it. */
export function DatabaseSignIn({ connection, target, onSignedIn }: DatabaseSignInProps) {
  const [editing, setEditing] = useState(false);
  const input = { target, id: connection.id };
  const seen = useQuery({ ...api.connections.test.queryOptions({ input }), gcTime: 0 });
  const where = (
    <Text>
      <span className="mono">{target.account}</span> at <span className="mono">{databaseName(target)}</span>
    </Text>
  );
  if (seen.isPending) return <Skeleton height={96} />;
  if (seen.isError)
    return (
      <>
        {where}
        <ErrorNotice error={seen.error} doing="open the database" retry={() => void seen.refetch()} />
        <Group>
          <Button variant="default" onClick={() => setEditing(true)}>
            Edit the connection
          </Button>
        </Group>
        <ConnectionModal connection={editing ? connection : null} onClose={() => setEditing(false)} />
      </>
    );
  if (!seen.data.hasAccounts)
    return (
      <>
        {where}
        <Text fw={600}>
          {seen.data.isNew
            ? 'There is no instance in this database yet'
            : 'This instance has no admin account yet'}
        </Text>
        <Text>
          One signs in to it with an account of its own, so an owner must be made first. Where its key file
          is, run
        </Text>
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          gatehouse admin add NAME --role owner --db postgres://{target.user}@{databaseName(target)}{' '}
          --key-file FILE
        </Code>
        <Group>
          <Button variant="default" loading={seen.isFetching} onClick={() => void seen.refetch()}>
            Try again
          </Button>
        </Group>
      </>
    );
  return (
    <>
      {where}
      <KeychainNote what="you will have to give the database’s password and sign in again" />
      <PasswordOnly onSignedIn={onSignedIn} />
    </>
  );
}
