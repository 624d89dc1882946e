import { Button, Group } from '@mantine/core';
import { IconKey, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useDeferredValue } from 'react';
import { api } from '../../api.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { TokenFilters } from './token-filters.tsx';
import { TokenTable } from './token-table.tsx';
import { useSelection } from './use-selection.ts';
import type { SetTokensView, TokensView } from './use-tokens-view.ts';

const REFRESH_MS = 30_000;
const PAGE = 200;

interface TokenListProps {
  view: TokensView;
  set: SetTokensView;
  /** The button for a new token, for an instance without any. */
  generate: ReactNode;
}

/** Every token, searched, filtered and sorted; several can be ticked. */
export function TokenList({ view, set, generate }: TokenListProps) {
  const selection = useSelection();
  const list = useQuery({
    ...api.tokens.list.queryOptions({
      input: {
        sort: view.sort,
        descending: view.descending,
        offset: view.page * PAGE,
        limit: PAGE,
        ...(view.search === '' ? {} : { search: view.search }),
        ...(view.status === null ? {} : { status: view.status }),
        ...(view.expiring === null ? {} : { expiringWithinDays: view.expiring }),
      },
    }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
  const filtered = view.search !== '' || view.status !== null || view.expiring !== null;
  const total = list.data?.total ?? 0;
  // Some hundred rows give way to what is being typed; the first ones don't wait.
  const tokens = useDeferredValue(list.data?.items) ?? list.data?.items;
  return (
    <>
      {selection.tokens.length > 0 ? (
        <SelectionBar selection={selection} />
      ) : (
        <TokenFilters view={view} set={set} total={list.data?.total} />
      )}
      {list.isError ? (
        <ErrorNotice error={list.error} doing="load the tokens" retry={() => void list.refetch()} />
      ) : tokens?.length === 0 ? (
        filtered ? (
          <EmptyState
            icon={IconSearch}
            title="No token matches"
            action={
              <Button
                variant="default"
                onClick={() => set({ search: '', status: null, expiring: null, page: 0 })}
              >
                Clear search and filter
              </Button>
            }
          >
            No token has these words in its name, user, note or prefix, with this status and expiry.
          </EmptyState>
        ) : (
          <EmptyState icon={IconKey} title="No tokens yet" action={generate}>
            Generate the first one for an integration. You choose the user it acts as, what it may reach and
            when it expires; its secret is shown once.
          </EmptyState>
        )
      ) : (
        <TokenTable tokens={tokens} view={view} set={set} selection={selection} />
      )}
      {total > PAGE && (
        <Group justify="flex-end" mt="xs" gap="xs">
          <Button variant="default" disabled={view.page === 0} onClick={() => set({ page: view.page - 1 })}>
            Previous {PAGE}
          </Button>
          <Button
            variant="default"
            disabled={(view.page + 1) * PAGE >= total}
            onClick={() => set({ page: view.page + 1 })}
          >
            Next {PAGE}
          </Button>
        </Group>
      )}
    </>
  );
}
