import { Button, Menu, Table, TextInput } from '@mantine/core';
import {
  IconCircleCheck,
  IconPencil,
  IconPlus,
  IconSearch,
  IconUserCheck,
  IconUserOff,
  IconUsers,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { User } from '../../../features/directory/contract.ts';
import { api } from '../../api.ts';
import { DataTable, NameButton, RowActions, rowClass } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Panel } from '../../ui/page.tsx';
import { RowMenu } from '../../ui/row-menu.tsx';
import { SkeletonRows } from '../../ui/skeletons.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { SwitchUser } from './switch-user.tsx';
import { UserModal } from './user-modal.tsx';

const COLUMNS = 6;

const narrowed = ({ restrictions: r }: User): boolean =>
  r.businessUnits.length + r.locations.length + r.userGroups.length > 0;

/** The user accounts that tokens operate under. */
export function UsersSection() {
  const users = useQuery(api.directory.users.list.queryOptions());
  const [words, setWords] = useState('');
  const [editing, setEditing] = useState<User | 'new' | null>(null);
  const [switching, setSwitching] = useState<User | null>(null);
  const needle = words.trim().toLowerCase();
  const shown = users.data?.filter((user) => `${user.name} ${user.email}`.toLowerCase().includes(needle));
  const add = (
    <Button leftSection={<IconPlus size={15} />} onClick={() => setEditing('new')}>
      Add a user
    </Button>
  );
  return (
    <Panel
      title="Users"
      about="Every token operates under one of these accounts, and can never do more than the account may."
      actions={add}
      padded={false}
    >
      {users.isError ? (
        <ErrorNotice error={users.error} doing="load the users" retry={() => void users.refetch()} />
      ) : users.data?.length === 0 ? (
        <EmptyState icon={IconUsers} title="No users yet">
          Add the account that the first integration will operate under.
        </EmptyState>
      ) : (
        <>
          <TextInput
            m="xs"
            mx="md"
            maw={280}
            aria-label="Search users"
            placeholder="Name or e-mail address"
            leftSection={<IconSearch size={14} />}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
          <DataTable
            label="Users"
            flush
            head={
              <>
                <Table.Th>Name</Table.Th>
                <Table.Th>E-mail</Table.Th>
                <Table.Th>Status</Table.Th>
                <Table.Th>Access</Table.Th>
                <Table.Th ta="right">Tokens</Table.Th>
                <Table.Th>
                  <span className="visually-hidden">Actions</span>
                </Table.Th>
              </>
            }
          >
            {shown === undefined ? (
              <SkeletonRows columns={COLUMNS} rows={6} />
            ) : (
              shown.map((user) => (
                <Table.Tr key={user.id} className={rowClass()} onClick={() => setEditing(user)}>
                  <Table.Td>
                    <NameButton onClick={() => setEditing(user)}>{user.name}</NameButton>
                  </Table.Td>
                  <Table.Td>{user.email}</Table.Td>
                  <Table.Td>
                    {user.active ? (
                      <StatusBadge tone="good" icon={IconCircleCheck} word="Active" />
                    ) : (
                      <StatusBadge tone="quiet" icon={IconUserOff} word="Deactivated" />
                    )}
                  </Table.Td>
                  <Table.Td>
                    {user.access === 'write' ? 'Read and write' : 'Read'}
                    {narrowed(user) && <span className="dimmed"> · narrowed</span>}
                  </Table.Td>
                  <Table.Td ta="right" className="tabular">
                    {user.tokens}
                  </Table.Td>
                  <Table.Td>
                    <RowActions>
                      <RowMenu label={`Actions for ${user.name}`}>
                        {() => (
                          <>
                            <Menu.Item
                              leftSection={<IconPencil size={15} />}
                              onClick={() => setEditing(user)}
                            >
                              Edit
                            </Menu.Item>
                            <Menu.Item
                              {...(user.active && { color: 'var(--gh-bad)' })}
                              leftSection={
                                user.active ? <IconUserOff size={15} /> : <IconUserCheck size={15} />
                              }
                              onClick={() => setSwitching(user)}
                            >
                              {user.active ? 'Deactivate…' : 'Activate…'}
                            </Menu.Item>
                          </>
                        )}
                      </RowMenu>
                    </RowActions>
                  </Table.Td>
                </Table.Tr>
              ))
            )}
          </DataTable>
        </>
      )}
      <UserModal user={editing} onClose={() => setEditing(null)} />
      <SwitchUser user={switching} onClose={() => setSwitching(null)} />
    </Panel>
  );
}
