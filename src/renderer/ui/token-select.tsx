import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api.ts';

const MOST = 1_000;

/** The tokens by name, for pickers; revoked ones only where the past matters. */
export function useTokenNames(withRevoked = false) {
  const tokens = useQuery(
    api.tokens.list.queryOptions({ input: { sort: 'name', descending: false, limit: MOST } }),
  );
  return (tokens.data?.items ?? []).filter((token) => withRevoked || token.status !== 'revoked');
}

interface TokenSelectProps {
  label: string;
  placeholder: string;
  value: string | null;
  clearable?: boolean;
  withRevoked?: boolean;
  onChange: (id: string | null) => void;
}

/** Picks one token by name. */
export function TokenSelect({ withRevoked = false, clearable = false, ...rest }: TokenSelectProps) {
  const tokens = useTokenNames(withRevoked);
  return (
    <Select
      {...rest}
      clearable={clearable}
      allowDeselect={clearable}
      searchable
      nothingFoundMessage="No token with this name"
      data={tokens.map((token) => ({ value: token.id, label: token.name }))}
    />
  );
}
