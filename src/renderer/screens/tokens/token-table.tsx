import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { Token } from '../../../features/tokens/contract.ts';
import { api } from '../../api.ts';
import { DataTable, rowEnd, SortHead } from '../../ui/data-table.tsx';
import { SkeletonRows } from '../../ui/skeletons.tsx';
import { RevokeTokens } from './revoke-tokens.tsx';
import { SelectAll } from './selection-bar.tsx';
import { TokenRow } from './token-row.tsx';
import classes from './tokens.module.css';
import type { Selection } from './use-selection.ts';
import { useSwitchToken } from './use-switch-token.ts';
import type { SetTokensView, TokenSort, TokensView } from './use-tokens-view.ts';

const SPARKLINE_REFRESH_MS = 60_000;
const COLUMNS = 10;

interface TokenTableProps {
  /** Undefined while they load. */
  tokens: Token[] | undefined;
  view: TokensView;
  set: SetTokensView;
  selection: Selection;
}

export function TokenTable({ tokens, view, set, selection }: TokenTableProps) {
  const [revoking, setRevoking] = useState<Token | null>(null);
  const { mutate: switchToken } = useSwitchToken();
  const onSwitch = useCallback(
    ({ id, status }: Token) => switchToken({ id, active: status === 'inactive' }),
    [switchToken],
  );
  const onOpen = useCallback((token: string) => set({ token }), [set]);
  const sparklines = useQuery({
    ...api.usage.sparklines.queryOptions(),
    refetchInterval: SPARKLINE_REFRESH_MS,
  });
  const counts = useMemo(
    () => new Map(sparklines.data?.map((line) => [line.tokenId, line.counts])),
    [sparklines.data],
  );
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
      <Table.Th className={rowEnd}>
        <span className="visually-hidden">Actions</span>
      </Table.Th>
    </>
  );
  return (
    <>
      <DataTable label="API tokens" head={head} minWidth={920} fill>
        {tokens === undefined ? (
          <SkeletonRows columns={COLUMNS} />
        ) : (
          tokens.map((token) => (
            <TokenRow
              key={token.id}
              token={token}
              counts={counts.get(token.id)}
              countsPending={sparklines.isPending}
              open={view.token === token.id}
              selected={selection.has(token.id)}
              onOpen={onOpen}
              onSelect={selection.select}
              onSwitch={onSwitch}
              onRevoke={setRevoking}
            />
          ))
        )}
      </DataTable>
      <RevokeTokens tokens={revoking === null ? [] : [revoking]} onClose={() => setRevoking(null)} />
    </>
  );
}
