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
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Token } from '../../../features/tokens/contract.ts';
import { api } from '../../api.ts';
import { paths } from '../../routes/paths.ts';
import { useTestRequest } from '../../routes/use-test-request.ts';
import { DataTable, NameButton, RowActions, rowClass, SortHead } from '../../ui/data-table.tsx';
import { RowMenu } from '../../ui/row-menu.tsx';
import { SkeletonRows } from '../../ui/skeletons.tsx';
import { TokenStatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { Expiry } from './expiry.tsx';
import { RevokeTokens } from './revoke-tokens.tsx';
import { ScopeWord } from './scope-word.tsx';
import { SelectAll } from './selection-bar.tsx';
import { Sparkline } from './sparkline.tsx';
import classes from './tokens.module.css';
import type { Selection } from './use-selection.ts';
import { useSwitchToken } from './use-switch-token.ts';
import type { TokenSort, TokensView } from './use-tokens-view.ts';

const SPARKLINE_REFRESH_MS = 60_000;
const COLUMNS = 10;

interface TokenTableProps {
  /** Undefined while they load. */
  tokens: Token[] | undefined;
  view: TokensView;
  set: (change: Partial<TokensView>) => void;
  selection: Selection;
}

export function TokenTable({ tokens, view, set, selection }: TokenTableProps) {
  const [revoking, setRevoking] = useState<Token | null>(null);
  const switchToken = useSwitchToken();
  const { open: openTest } = useTestRequest();
  const sparklines = useQuery({
    ...api.usage.sparklines.queryOptions(),
    refetchInterval: SPARKLINE_REFRESH_MS,
  });
  const counts = new Map(sparklines.data?.map((line) => [line.tokenId, line.counts]));
  const sort = { by: view.sort, descending: view.descending };
  const onSort = (by: TokenSort) =>
    set({ sort: by, descending: view.sort === by ? !view.descending : by.endsWith('At'), page: 0 });
  const head = (
    <>
      <Table.Th w={28} pr={0}>
        <SelectAll tokens={tokens ?? []} selection={selection} />
      </Table.Th>
      <SortHead by="name" sort={sort} onSort={onSort}>
        Token name
      </SortHead>
      <SortHead by="status" sort={sort} onSort={onSort}>
        Status
      </SortHead>
      <SortHead by="user" sort={sort} onSort={onSort}>
        Associated user
      </SortHead>
      <Table.Th>Scope</Table.Th>
      <Table.Th className={classes.sparkHead ?? ''}>Last 24 hours</Table.Th>
      <SortHead by="lastUsedAt" sort={sort} onSort={onSort}>
        Last used
      </SortHead>
      <SortHead by="createdAt" sort={sort} onSort={onSort}>
        Created
      </SortHead>
      <SortHead by="expiresAt" sort={sort} onSort={onSort}>
        Expires
      </SortHead>
      <Table.Th>
        <span className="visually-hidden">Actions</span>
      </Table.Th>
    </>
  );
  return (
    <>
      <DataTable label="API tokens" head={head} minWidth={920} maxHeight="max(320px, calc(100vh - 224px))">
        {tokens === undefined ? (
          <SkeletonRows columns={COLUMNS} />
        ) : (
          tokens.map((token) => (
            <Table.Tr
              key={token.id}
              className={rowClass(view.token === token.id)}
              onClick={() => set({ token: token.id })}
            >
              <Table.Td pr={0} onClick={(event) => event.stopPropagation()}>
                <Checkbox
                  size="xs"
                  aria-label={`Select ${token.name}`}
                  disabled={token.status === 'revoked'}
                  checked={selection.has(token.id)}
                  onChange={(event) => selection.select([token], event.currentTarget.checked)}
                />
              </Table.Td>
              <Table.Td>
                <div className={classes.name}>
                  <NameButton onClick={() => set({ token: token.id })}>{token.name}</NameButton>
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
                <Sparkline counts={counts.get(token.id)} loading={sparklines.isPending} />
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
              <Table.Td px={0}>
                <RowActions>
                  <RowMenu label={`Actions for ${token.name}`}>
                    {() => (
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
                          to={paths.logs({ token: token.id })}
                          leftSection={<IconListDetails size={15} />}
                        >
                          Logs
                        </Menu.Item>
                        <Menu.Item
                          leftSection={<IconTestPipe size={15} />}
                          onClick={() => openTest({ token: token.id })}
                        >
                          Test a request
                        </Menu.Item>
                        {token.status !== 'revoked' && (
                          <>
                            <Menu.Divider />
                            <Menu.Item
                              leftSection={
                                token.status === 'inactive' ? (
                                  <IconPlayerPlay size={15} />
                                ) : (
                                  <IconPlayerPause size={15} />
                                )
                              }
                              onClick={() =>
                                switchToken.mutate({ id: token.id, active: token.status === 'inactive' })
                              }
                            >
                              {token.status === 'inactive' ? 'Switch on' : 'Switch off'}
                            </Menu.Item>
                            <Menu.Item
                              color="var(--gh-bad)"
                              leftSection={<IconBan size={15} />}
                              onClick={() => setRevoking(token)}
                            >
                              Revoke…
                            </Menu.Item>
                          </>
                        )}
                      </>
                    )}
                  </RowMenu>
                </RowActions>
              </Table.Td>
            </Table.Tr>
          ))
        )}
      </DataTable>
      <RevokeTokens tokens={revoking === null ? [] : [revoking]} onClose={() => setRevoking(null)} />
    </>
  );
}
