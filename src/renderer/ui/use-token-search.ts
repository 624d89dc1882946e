import type { SelectProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Token } from '../../features/tokens/contract.ts';
import { api } from '../api.ts';

/** More are found by typing. */
const OFFERED = 50;

const labelOf = ({ name, status }: Token) => (status === 'active' ? name : `${name} (${status})`);

/** For a Select of one token, revoked ones included: it searches on the server, so any number of tokens will do. */
export function useTokenSearch(value: string | null) {
  const [typed, setTyped] = useState('');
  const [words] = useDebouncedValue(typed, 200);
  const chosen = useQuery({
    ...api.tokens.get.queryOptions({ input: { id: value ?? '' } }),
    enabled: value !== null,
  });
  const chosenLabel =
    chosen.data !== undefined ? labelOf(chosen.data) : chosen.isError ? 'Unknown token' : '…';
  // A Select holds its own label as the search text; that is no search.
  const search = value !== null && words.trim() === chosenLabel ? '' : words.trim();
  const list = useQuery({
    ...api.tokens.list.queryOptions({
      input: { sort: 'name', descending: false, limit: OFFERED, ...(search === '' ? {} : { search }) },
    }),
    placeholderData: keepPreviousData,
  });
  const options = new Map(list.data?.items.map((token) => [token.id, labelOf(token)]));
  if (value !== null) options.set(value, chosenLabel);
  return {
    value,
    data: [...options].map(([id, label]) => ({ value: id, label })),
    // The server has filtered already, by user and prefix as well.
    filter: ({ options: offered }) => offered,
    searchable: true,
    searchValue: typed,
    onSearchChange: setTyped,
    nothingFoundMessage: 'No token is named like that',
  } satisfies SelectProps;
}
