import { Button, Table, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconClockX, IconLogout } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AccountSession } from '../../../../features/admins/contract.ts';
import { api } from '../../../api.ts';
import { confirmRemoval } from '../../../ui/confirm.ts';
import { DataTable } from '../../../ui/data-table.tsx';
import { ErrorNotice, notifyError } from '../../../ui/error-notice.tsx';
import { useNow } from '../../../ui/now.ts';
import { Panel } from '../../../ui/page.tsx';
import { SkeletonRows } from '../../../ui/skeletons.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { Time } from '../../../ui/time.tsx';
import { programOf } from './program-of.ts';

const COLUMNS = 6;
const REFRESH_MS = 15_000;

/** Who is signed in, from where; each can be ended, which needs no password. */
export function SessionsPanel() {
  const queries = useQueryClient();
  const sessions = useQuery({ ...api.admins.sessions.list.queryOptions(), refetchInterval: REFRESH_MS });
  const revoke = useMutation(
    api.admins.sessions.revoke.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: api.admins.key() }),
      onError: (error) => notifyError(error, 'end the session'),
    }),
  );
  const ask = ({ id, account, address }: AccountSession) =>
    confirmRemoval({
      title: `End this session of ${account}?`,
      meaning: <Text>Whoever uses it from {address} has to sign in again.</Text>,
      confirm: 'End the session',
      onConfirm: () => revoke.mutate({ id }),
    });
  return (
    <Panel
      title="Sessions"
      about="Those that last, and those that ended in the last 30 days. A use is seen at most 15 minutes late."
      padded={false}
    >
      {sessions.isError ? (
        <ErrorNotice error={sessions.error} doing="load the sessions" retry={() => void sessions.refetch()} />
      ) : sessions.data?.length === 0 ? (
        <Text c="dimmed" px="md" py="sm">
          Nobody has signed in lately.
        </Text>
      ) : (
        <DataTable
          label="Sessions"
          flush
          minWidth={720}
          maxHeight="420px"
          head={
            <>
              <Table.Th>Admin</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>Signed in</Table.Th>
              <Table.Th>Last seen</Table.Th>
              <Table.Th>From</Table.Th>
              <Table.Th>
                <span className="visually-hidden">Actions</span>
              </Table.Th>
            </>
          }
        >
          {sessions.data === undefined ? (
            <SkeletonRows columns={COLUMNS} rows={3} />
          ) : (
            sessions.data.map((session) => (
              <Table.Tr key={session.id}>
                <Table.Td className="mono">{session.account}</Table.Td>
                <Table.Td>
                  <State session={session} />
                </Table.Td>
                <Table.Td>
                  <Time at={session.signedInAt} />
                </Table.Td>
                <Table.Td>
                  <Time at={session.renewedAt} />
                </Table.Td>
                <Table.Td>
                  <span className="mono">{session.address}</span>{' '}
                  <span className="dimmed" title={session.userAgent}>
                    {programOf(session.userAgent)}
                  </span>
                </Table.Td>
                <Table.Td ta="right">
                  {session.ended === null && session.expiresAt > new Date() && (
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={`End this session of ${session.account}`}
                      onClick={() => ask(session)}
                    >
                      End…
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))
          )}
        </DataTable>
      )}
    </Panel>
  );
}

const ends: Record<NonNullable<AccountSession['ended']>, string> = {
  'signed-out': 'Signed out',
  revoked: 'Ended by an owner',
  reused: 'Its credential was copied',
  disabled: 'Account disabled',
  password: 'Password reset',
};

function State({ session: { ended, expiresAt } }: { session: AccountSession }) {
  const now = useNow();
  if (ended === 'reused') return <StatusBadge tone="bad" icon={IconAlertTriangle} word={ends.reused} />;
  if (ended !== null) return <StatusBadge tone="quiet" icon={IconLogout} word={ends[ended]} />;
  if (expiresAt.getTime() <= now) return <StatusBadge tone="quiet" icon={IconClockX} word="Expired" />;
  return <StatusBadge tone="good" icon={IconCircleCheck} word="Signed in" />;
}
