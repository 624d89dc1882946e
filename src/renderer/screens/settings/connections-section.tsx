import { Badge, Button, Group } from '@mantine/core';
import { IconLock, IconPlus } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ShownConnection } from '../../../main/connections/contract.ts';
import { api } from '../../api.ts';
import { useConnections, useConnectionsSettled, useSwitch } from '../../routes/use-connections.ts';
import { confirmRemoval } from '../../ui/confirm.ts';
import { ConnectionMark } from '../../ui/connection-mark.tsx';
import { Copyable } from '../../ui/copyable.tsx';
import { databaseName } from '../../ui/database-name.ts';
import { ErrorNotice, notifyError } from '../../ui/error-notice.tsx';
import { shortName } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import { SkeletonLines } from '../../ui/skeletons.tsx';
import { ConnectionModal } from './connection-modal.tsx';
import classes from './connections.module.css';

const signedIn = ({ signedIn: is }: ShownConnection) =>
  is === null ? '' : is ? ', signed in' : ', signed out';

/** What becomes of it, and what does not. */
function removed(target: ShownConnection['target']): string {
  if (target.kind === 'local')
    return `The connection goes away. The instance in ${target.file} stays as it is.`;
  return target.kind === 'server'
    ? `You are signed out there, and the connection goes away. The server at ${target.url} stays as it is.`
    : `You are signed out there, and the connection goes away, with the password and the key that the keychain has for it. The database at ${databaseName(target)} stays as it is.`;
}

/** Which instances this app administers: one at a time, the others a click away. */
export function ConnectionsSection() {
  const list = useConnections();
  const settled = useConnectionsSettled();
  const [editing, setEditing] = useState<ShownConnection | 'new' | null>(null);
  const change = useSwitch((error) => notifyError(error, 'switch to that connection'));
  const remove = useMutation(
    api.connections.remove.mutationOptions({
      onSettled: settled,
      onError: (error) => notifyError(error, 'remove the connection'),
    }),
  );
  const askRemoval = ({ id, name, target }: ShownConnection) =>
    confirmRemoval({
      title: `Remove the connection ${name}?`,
      meaning: removed(target),
      confirm: `Remove ${shortName(name)}`,
      onConfirm: () => remove.mutate({ id }),
    });
  return (
    <Panel
      title="Connections"
      padded={false}
      actions={
        <Button size="compact-sm" leftSection={<IconPlus size={14} />} onClick={() => setEditing('new')}>
          Add a connection
        </Button>
      }
    >
      {list.isError ? (
        <ErrorNotice error={list.error} doing="read the connections" retry={() => void list.refetch()} />
      ) : list.data === undefined ? (
        <SkeletonLines />
      ) : (
        <ul className={classes.list}>
          {list.data.map((connection) => (
            <li key={connection.id} className={classes.item} aria-label={connection.name}>
              <ConnectionMark colour={connection.colour} />
              <div className={classes.what}>
                <Group gap={6} wrap="nowrap">
                  <span className={classes.name}>{connection.name}</span>
                  {connection.current && <Badge variant="light">Current</Badge>}
                  {connection.isProtected && (
                    <Badge variant="default" leftSection={<IconLock size={10} aria-hidden />}>
                      Protected
                    </Badge>
                  )}
                </Group>
                {connection.target.kind === 'local' ? (
                  <Copyable value={connection.target.file} what="file’s path" />
                ) : connection.target.kind === 'database' ? (
                  <>
                    <Copyable
                      value={`postgres://${connection.target.user}@${databaseName(connection.target)}`}
                      what="database’s address"
                    />
                    <div className="dimmed">
                      As {connection.target.account}
                      {signedIn(connection)}, {connection.keeps?.key ? 'with' : 'without'} the key of the
                      instance
                    </div>
                  </>
                ) : (
                  <>
                    <Copyable value={connection.target.url} what="server’s address" />
                    <div className="dimmed">
                      As {connection.target.user}
                      {signedIn(connection)}
                      {connection.target.pin !== null && ', its key is trusted on your word'}
                    </div>
                  </>
                )}
                {connection.gateway !== null && (
                  <div className="dimmed">Its gateway runs in this app, at {connection.gateway}</div>
                )}
                {connection.given && <div className="dimmed">Given on the command line, for this run</div>}
              </div>
              <Group gap="xs" wrap="nowrap">
                {!connection.current && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    disabled={change.isPending}
                    aria-label={`Switch to ${connection.name}`}
                    onClick={() => change.mutate({ id: connection.id })}
                  >
                    Switch
                  </Button>
                )}
                {!connection.given && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={`Edit ${connection.name}`}
                    onClick={() => setEditing(connection)}
                  >
                    Edit
                  </Button>
                )}
                {!connection.current && !connection.given && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={`Remove ${connection.name}`}
                    onClick={() => askRemoval(connection)}
                  >
                    Remove
                  </Button>
                )}
              </Group>
            </li>
          ))}
        </ul>
      )}
      <ConnectionModal connection={editing} onClose={() => setEditing(null)} />
    </Panel>
  );
}
