import { Select } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api.ts';

/** So many tokens are offered, those with most requests. */
const MOST = 200;

interface ReviewTokenFilterProps {
  value: string | null;
  onChange: (token: string | null) => void;
}

/** One of the tokens whose requests are in the opened files; a file of another program has none. */
export function ReviewTokenFilter({ value, onChange }: ReviewTokenFilterProps) {
  const { data } = useQuery(
    api.logs.overview.experimental_liveOptions({
      input: { filter: {}, bars: 1, facets: ['token'], top: MOST },
    }),
  );
  const tokens = data?.facets[0]?.values.flatMap(({ value: id, label }) =>
    id === null ? [] : [{ value: id, label: label ?? id }],
  );
  if (tokens?.length === 0 && value === null) return null;
  return (
    <Select
      aria-label="Token"
      placeholder="All tokens"
      leftSection={<IconKey size={14} />}
      w={188}
      searchable
      clearable
      clearSectionMode="clear"
      clearButtonProps={{ 'aria-label': 'Show all tokens' }}
      nothingFoundMessage="No token with this name"
      maxDropdownHeight={320}
      comboboxProps={{ width: 280, position: 'bottom-start' }}
      data={tokens ?? []}
      value={value}
      onChange={onChange}
    />
  );
}
