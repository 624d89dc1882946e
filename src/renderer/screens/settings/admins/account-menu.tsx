import { Menu } from '@mantine/core';
import { IconKey, IconUserCheck, IconUserCog, IconUserOff } from '@tabler/icons-react';
import { useState } from 'react';
import type { Account } from '../../../../features/admins/contract.ts';
import { RowActions } from '../../../ui/data-table.tsx';
import { RowMenu } from '../../../ui/row-menu.tsx';
import { ChangeRole } from './change-role.tsx';
import { ResetPassword } from './reset-password.tsx';
import { SwitchAccount } from './switch-account.tsx';

type Deed = 'role' | 'password' | 'switch';

/** What can be done to an account. */
export function AccountMenu({ account }: { account: Account }) {
  const [deed, setDeed] = useState<Deed | null>(null);
  const dialog = (which: Deed) => ({ account, opened: deed === which, onClose: () => setDeed(null) });
  return (
    <RowActions>
      <RowMenu label={`Actions for ${account.name}`}>
        {() => (
          <>
            <Menu.Item leftSection={<IconUserCog size={15} />} onClick={() => setDeed('role')}>
              Change the role…
            </Menu.Item>
            <Menu.Item leftSection={<IconKey size={15} />} onClick={() => setDeed('password')}>
              Reset the password…
            </Menu.Item>
            <Menu.Item
              {...(account.active && { color: 'var(--gh-bad)' })}
              leftSection={account.active ? <IconUserOff size={15} /> : <IconUserCheck size={15} />}
              onClick={() => setDeed('switch')}
            >
              {account.active ? 'Disable…' : 'Enable…'}
            </Menu.Item>
          </>
        )}
      </RowMenu>
      <ChangeRole {...dialog('role')} />
      <ResetPassword {...dialog('password')} />
      <SwitchAccount {...dialog('switch')} />
    </RowActions>
  );
}
