import { Checkbox, Menu, Table } from '@mantine/core';
import {
  IconActivity,
  IconBan,
  IconListDetails,
  IconPlayerPause,
  IconPlayerPlay,
  IconTestPipe,
  IconUserOff,
} from '@tabler/icons-react';
import { memo } from 'react';
import { Link } from 'react-router';
import { term } from '../../../base/log-query/build.ts';
import { writeQuery } from '../../../base/log-query/write.ts';
import type { Token } from '../../../features/tokens/contract.ts';
import { paths } from '../../routes/paths.ts';
import { useTestRequest } from '../../routes/use-test-request.ts';
import { NameButton, RowActions, rowClass, rowEnd } from '../../ui/data-table.tsx';
import { RowMenu } from '../../ui/row-menu.tsx';
import { TokenStatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { Expiry } from './expiry.tsx';
import { ScopeWord } from './scope-word.tsx';
import { Sparkline } from './sparkline.tsx';
import classes from './tokens.module.css';

interface TokenRowProps {
  token: Token;
  /** Requests an hour; undefined: none in the last day. */
  counts: number[] | undefined;
  countsPending: boolean;
  /** Its drawer is open. */
  open: boolean;
  selected: boolean;
  onOpen: (id: string) => void;
  onSelect: (tokens: readonly Token[], on: boolean) => void;
  onSwitch: (token: Token) => void;
  onRevoke: (token: Token) => void;
}

/** A token's row. Drawn anew only when something of its own changes: there are some hundred of them. */
export const TokenRow = memo(function TokenRow({
  token,
  counts,
  countsPending,
  open,
  selected,
  onOpen,
  onSelect,
  onSwitch,
  onRevoke,
}: TokenRowProps) {
  return (
    <Table.Tr className={rowClass(open)} data-row={token.id} onClick={() => onOpen(token.id)}>
      <Table.Td pr={0} onClick={(event) => event.stopPropagation()}>
        <Checkbox
          size="xs"
          aria-label={`Select ${token.name}`}
          disabled={token.status === 'revoked'}
          checked={selected}
          onChange={(event) => onSelect([token], event.currentTarget.checked)}
        />
      </Table.Td>
      <Table.Td>
        <div className={classes.name} title={token.name}>
          <NameButton onClick={() => onOpen(token.id)}>{token.name}</NameButton>
        </div>
      </Table.Td>
      <Table.Td>
        <TokenStatusBadge status={token.status} />
      </Table.Td>
      <Table.Td>
        <span
          className={`${classes.user} ${token.userActive ? '' : 'dimmed'}`}
          title={token.userActive ? token.user : `${token.user} is deactivated`}
        >
          {!token.userActive && <IconUserOff size={14} role="img" aria-label="deactivated" />}
          <span dir="auto">{token.userName}</span>
        </span>
      </Table.Td>
      <Table.Td>
        <ScopeWord token={token} />
      </Table.Td>
      <Table.Td>
        <Sparkline counts={counts} loading={countsPending} />
      </Table.Td>
      <Table.Td>
        <Time at={token.lastUsedAt} />
      </Table.Td>
      <Table.Td>
        <Time at={token.createdAt} />
      </Table.Td>
      <Table.Td>
        <Expiry token={token} />
      </Table.Td>
      <Table.Td px={0} className={rowEnd}>
        <RowActions>
          <RowMenu label={`Actions for ${token.name}`}>
            {() => <Actions token={token} onSwitch={onSwitch} onRevoke={onRevoke} />}
          </RowMenu>
        </RowActions>
      </Table.Td>
    </Table.Tr>
  );
});

function Actions({ token, onSwitch, onRevoke }: Pick<TokenRowProps, 'token' | 'onSwitch' | 'onRevoke'>) {
  const off = token.status === 'inactive';
  const { open: openTest } = useTestRequest();
  return (
    <>
      <Menu.Item
        component={Link}
        to={paths.usage({ token: token.id })}
        leftSection={<IconActivity size={15} />}
      >
        Usage
      </Menu.Item>
      <Menu.Item
        component={Link}
        to={paths.logs({ q: writeQuery([term('token', token.id)]) })}
        leftSection={<IconListDetails size={15} />}
      >
        Logs
      </Menu.Item>
      <Menu.Item leftSection={<IconTestPipe size={15} />} onClick={() => openTest({ token: token.id })}>
        Test a request
      </Menu.Item>
      {token.status !== 'revoked' && (
        <>
          <Menu.Divider />
          <Menu.Item
            leftSection={off ? <IconPlayerPlay size={15} /> : <IconPlayerPause size={15} />}
            onClick={() => onSwitch(token)}
          >
            {off ? 'Switch on' : 'Switch off'}
          </Menu.Item>
          <Menu.Item
            color="var(--gh-bad)"
            leftSection={<IconBan size={15} />}
            onClick={() => onRevoke(token)}
          >
            Revoke…
          </Menu.Item>
        </>
      )}
    </>
  );
}
