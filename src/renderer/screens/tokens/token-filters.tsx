import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconClockExclamation, IconSearch, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../api.ts';
import { count, counted } from '../../ui/format.ts';
import classes from './tokens.module.css';
import type { SetTokensView, TokensView } from './use-tokens-view.ts';

const statuses = [
  { value: 'active', label: 'Active' },
  { value: 'inactive', label: 'Inactive' },
  { value: 'expired', label: 'Expired' },
  { value: 'revoked', label: 'Revoked' },
];

const SOON_DAYS = 30;

interface TokenFiltersProps {
  view: TokensView;
  set: SetTokensView;
  /** Undefined while it loads. */
  total: number | undefined;
}

/** Search, status, and what expires soon. */
export function TokenFilters({ view, set, total }: TokenFiltersProps) {
  const [typed, setTyped] = useState(view.search);
  const sent = useRef(view.search);
  const search = useDebouncedCallback((value: string) => {
    sent.current = value;
    set({ search: value, page: 0 });
  }, 200);
  // Changed from elsewhere, as by the empty state or Back.
  useEffect(() => {
    if (view.search !== sent.current) setTyped(view.search);
    sent.current = view.search;
  }, [view.search]);
  return (
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
      <Expiring view={view} set={set} />
      <span className={`dimmed tabular ${classes.total}`} role="status">
        {total === undefined ? '' : counted(total, 'token')}
      </span>
    </div>
  );
}

/** How many active tokens expire soon, and the way to them. */
function Expiring({ view, set }: Pick<TokenFiltersProps, 'view' | 'set'>) {
  const { data } = useQuery(api.tokens.expiring.queryOptions());
  if (view.expiring !== null)
    return (
      <Button
        variant="light"
        rightSection={<IconX size={14} />}
        aria-label={`Expiring within ${view.expiring} days: show all tokens again`}
        onClick={() => set({ expiring: null, page: 0 })}
      >
        Expiring within {view.expiring} days
      </Button>
    );
  if (data === undefined || data.within30Days === 0) return null;
  const sooner =
    data.within1Day > 0
      ? `, ${count(data.within1Day)} of them within a day`
      : data.within10Days > 0
        ? `, ${count(data.within10Days)} of them within 10`
        : '';
  return (
    <Button
      variant="subtle"
      color="yellow"
      className={classes.expiring ?? ''}
      leftSection={<IconClockExclamation size={15} />}
      onClick={() => set({ expiring: SOON_DAYS, sort: 'expiresAt', descending: false, page: 0 })}
    >
      {counted(data.within30Days, 'expires', 'expire')} within {SOON_DAYS} days{sooner}
    </Button>
  );
}
