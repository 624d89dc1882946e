import { Button, Stack, Table } from '@mantine/core';
import { IconCircleCheck, IconPlus, IconUserOff, IconUserShield } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../api.ts';
import { DataTable } from '../../../ui/data-table.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Panel } from '../../../ui/page.tsx';
import { roleWords } from '../../../ui/role-words.ts';
import { SkeletonRows } from '../../../ui/skeletons.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { Time } from '../../../ui/time.tsx';
import { AccountMenu } from './account-menu.tsx';
import { AddAdmin } from './add-admin.tsx';
import { SessionsPanel } from './sessions-panel.tsx';

const COLUMNS = 6;

/** The accounts that sign in to a server, and their sessions. */
export function AdminsSection() {
  const accounts = useQuery(api.admins.list.queryOptions());
  const [adding, setAdding] = useState(false);
  return (
    <Stack gap="md">
      <Panel
        title="Admins"
        about="Who signs in to this instance’s server. With the first account its one-time sign-in links end. Whoever works on the file itself needs none."
        padded={false}
        actions={
          <Button leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>
            Add an admin
          </Button>
        }
      >
        {accounts.isError ? (
          <ErrorNotice error={accounts.error} doing="load the admins" retry={() => void accounts.refetch()} />
        ) : accounts.data?.length === 0 ? (
          <EmptyState icon={IconUserShield} title="No admin accounts yet">
            Add the first as an owner: owners give the others their roles.
          </EmptyState>
        ) : (
          <DataTable
            label="Admins"
            flush
            head={
              <>
                <Table.Th>Name</Table.Th>
                <Table.Th>Role</Table.Th>
                <Table.Th>Status</Table.Th>
                <Table.Th ta="right">Sessions</Table.Th>
                <Table.Th>Last sign-in</Table.Th>
                <Table.Th>
                  <span className="visually-hidden">Actions</span>
                </Table.Th>
              </>
            }
          >
            {accounts.data === undefined ? (
              <SkeletonRows columns={COLUMNS} rows={3} />
            ) : (
              accounts.data.map((account) => (
                <Table.Tr key={account.id}>
                  <Table.Td className="mono">{account.name}</Table.Td>
                  <Table.Td>{roleWords[account.role].name}</Table.Td>
                  <Table.Td>
                    {account.active ? (
                      <StatusBadge tone="good" icon={IconCircleCheck} word="Active" />
                    ) : (
                      <StatusBadge tone="quiet" icon={IconUserOff} word="Disabled" />
                    )}
                  </Table.Td>
                  <Table.Td ta="right" className="tabular">
                    {account.sessions}
                  </Table.Td>
                  <Table.Td>
                    <Time at={account.lastSignInAt} />
                  </Table.Td>
                  <Table.Td>
                    <AccountMenu account={account} />
                  </Table.Td>
                </Table.Tr>
              ))
            )}
          </DataTable>
        )}
        <AddAdmin opened={adding} onClose={() => setAdding(false)} />
      </Panel>
      <SessionsPanel />
    </Stack>
  );
}
