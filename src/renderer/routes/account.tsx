import { ActionIcon, Menu } from '@mantine/core';
import { IconLogout, IconUserCircle } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api, client, inDesktop } from '../api.ts';
import { session, sessionClient } from '../session.ts';
import { notifyError } from '../ui/error-notice.tsx';
import { roleWords } from '../ui/role-words.ts';
import { useConnections } from './use-connections.ts';

/** Whom this window acts as, and in a browser the way out. */
export function Account() {
  const info = useQuery({ ...api.instance.info.queryOptions(), staleTime: Number.POSITIVE_INFINITY });
  const current = useConnections().data?.find((connection) => connection.current);
  const canSignOut = !inDesktop || (current !== undefined && current.target.kind !== 'local');
  const signOut = useMutation({
    mutationFn: () => (inDesktop ? client.connections : sessionClient).signOut(),
    onSuccess: () => session.end('signed-out'),
    onError: (error) => notifyError(error, 'sign out'),
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label="Account">
          <IconUserCircle size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {info.data !== undefined && (
          <Menu.Label>
            <span className="mono">{info.data.actor}</span> · {roleWords[info.data.role].name}
            <br />
            {roleWords[info.data.role].may}
          </Menu.Label>
        )}
        {canSignOut && (
          <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => signOut.mutate()}>
            Sign out
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
