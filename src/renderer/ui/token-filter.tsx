import { Select } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useTokenSearch } from './use-token-search.ts';

interface TokenFilterProps {
  /** null: all tokens. */
  value: string | null;
  onChange: (token: string | null) => void;
}

/** Narrows a screen to one token, revoked ones included; searches on the server, so any number of tokens will do. */
export function TokenFilter({ value, onChange }: TokenFilterProps) {
  const search = useTokenSearch(value);
  return (
    <Select
      aria-label="Token"
      placeholder="All tokens"
      leftSection={<IconKey size={14} />}
      w={188}
      clearable
      clearSectionMode="clear"
      clearButtonProps={{ 'aria-label': 'Show all tokens' }}
      {...search}
      onChange={onChange}
      maxDropdownHeight={320}
      comboboxProps={{ width: 280, position: 'bottom-start' }}
    />
  );
}
