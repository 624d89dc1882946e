import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconKey, IconPlus, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { counted } from '../../ui/format.ts';
import { Page, PageHeader } from '../../ui/page.tsx';
import { GenerateToken } from './generate/index.tsx';
import { TokenDrawer } from './token-drawer.tsx';
import { TokenTable } from './token-table.tsx';
import classes from './tokens.module.css';
import { useTokensView } from './use-tokens-view.ts';

const REFRESH_MS = 30_000;
const PAGE = 200;

const statuses = [
  { value: 'active', label: 'Active' },
  { value: 'inactive', label: 'Inactive' },
  { value: 'expired', label: 'Expired' },
  { value: 'revoked', label: 'Revoked' },
];

/** API Tokens: every token with what the documentation lists, and the way to a new one. */
export function TokensScreen() {
  const { view, set } = useTokensView();
  const [typed, setTyped] = useState(view.search);
  const search = useDebouncedCallback((value: string) => set({ search: value, page: 0 }), 200);
  const list = useQuery({
    ...api.tokens.list.queryOptions({
      input: {
        sort: view.sort,
        descending: view.descending,
        offset: view.page * PAGE,
        limit: PAGE,
        ...(view.search === '' ? {} : { search: view.search }),
        ...(view.status === null ? {} : { status: view.status }),
      },
    }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
  const filtered = view.search !== '' || view.status !== null;
  const clear = () => {
    setTyped('');
    set({ search: '', status: null, page: 0 });
  };
  const generate = (
    <Button leftSection={<IconPlus size={15} />} onClick={() => set({ generate: true })}>
      Generate New Token
    </Button>
  );
  const total = list.data?.total ?? 0;
  return (
    <Page>
      <PageHeader
        title="API Tokens"
        about="Credentials for programs that use the Shifts API: what each may do, until when, and how it is used."
        actions={generate}
      />
      <div className={classes.filters}>
        <TextInput
          className={classes.search}
          aria-label="Search tokens"
          placeholder="Name, user, note or prefix"
          leftSection={<IconSearch size={14} />}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            search(event.currentTarget.value.trim());
          }}
        />
        <Select
          aria-label="Status"
          placeholder="Any status"
          w={150}
          clearable
          data={statuses}
          value={view.status}
          onChange={(status) => set({ status: status as typeof view.status, page: 0 })}
        />
        <span className={`dimmed tabular ${classes.total}`} role="status">
          {list.data === undefined ? '' : counted(total, 'token')}
        </span>
      </div>
      {list.isError ? (
        <ErrorNotice error={list.error} doing="load the tokens" retry={() => void list.refetch()} />
      ) : list.data?.items.length === 0 ? (
        filtered ? (
          <EmptyState
            icon={IconSearch}
            title="No token matches"
            action={
              <Button variant="default" onClick={clear}>
                Clear search and filter
              </Button>
            }
          >
            No token has these words in its name, user, note or prefix, with this status.
          </EmptyState>
        ) : (
          <EmptyState icon={IconKey} title="No tokens yet" action={generate}>
            Generate the first one for an integration. You choose the user it acts as, what it may reach and
            when it expires; its secret is shown once.
          </EmptyState>
        )
      ) : (
        <TokenTable tokens={list.data?.items} view={view} set={set} />
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
      <TokenDrawer id={view.token} onClose={() => set({ token: null })} />
      <GenerateToken
        opened={view.generate}
        onClose={() => set({ generate: false })}
        onOpenToken={(token) => set({ generate: false, token })}
      />
    </Page>
  );
}
