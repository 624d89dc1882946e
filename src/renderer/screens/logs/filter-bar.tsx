import { Button, Select } from '@mantine/core';
import { IconFilterOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { REASONS, reasonCodes } from '../../../base/reasons.ts';
import { api } from '../../api.ts';
import { RangeSelect } from '../../ui/range-select.tsx';
import { reasonWords } from '../../ui/reasons.ts';
import { TokenFilter } from '../../ui/token-filter.tsx';
import classes from './logs.module.css';
import { statusName } from './status-names.ts';
import { isFiltered, type LogsView, noFilter, type SetLogsView } from './use-logs-view.ts';

interface Option {
  value: string;
  label: string;
}

interface Group {
  group: string;
  items: Option[];
}

const statusClasses: Option[] = [
  { value: '2xx', label: '2xx Success' },
  { value: '4xx', label: '4xx Client error' },
  { value: '5xx', label: '5xx Server error' },
];

const codes = [200, 201, 204, ...Object.values(REASONS).map(({ status }) => status)];
const statusOptions: Group[] = [
  { group: 'Class', items: statusClasses },
  {
    group: 'Code',
    items: [...new Set(codes)]
      .sort((a, b) => a - b)
      .map((code) => ({ value: String(code), label: `${code} ${statusName(code)}` })),
  },
];

const reasonOptions: Option[] = reasonCodes.map((code) => ({
  value: code,
  label: `${reasonWords(code).title} (${code})`,
}));

/** The options, with a value from the route added where they lack it. */
function including(groups: Group[], value: string | null): Group[] {
  if (value === null || groups.some(({ items }) => items.some((item) => item.value === value))) return groups;
  return [...groups, { group: 'From the address', items: [{ value, label: value }] }];
}

function useEndpointOptions(): Group[] {
  const catalogue = useQuery({ ...api.endpoints.list.queryOptions(), staleTime: Number.POSITIVE_INFINITY });
  const groups = new Map<string, Option[]>();
  for (const { method, path, tag } of catalogue.data ?? []) {
    const items = groups.get(tag) ?? [{ value: tag, label: `All of ${tag}` }];
    groups.set(tag, items);
    items.push({ value: `${method} ${path}`, label: `${method} ${path}` });
  }
  return [...groups].map(([group, items]) => ({ group, items }));
}

/** The filters of the log: date range, token, endpoint, status; and the reason behind a status. */
export function FilterBar({ view, set }: { view: LogsView; set: SetLogsView }) {
  const endpoints = useEndpointOptions();
  return (
    <search className={classes.filters} aria-label="Filter the log">
      <RangeSelect range={view.range} onChange={(range) => set({ range })} />
      <TokenFilter value={view.token} onChange={(token) => set({ token })} />
      <Select
        aria-label="Endpoint"
        placeholder="Any endpoint"
        searchable
        clearable
        clearSectionMode="clear"
        clearButtonProps={{ 'aria-label': 'Show any endpoint' }}
        data={including(endpoints, view.endpoint)}
        value={view.endpoint}
        onChange={(endpoint) => set({ endpoint })}
        nothingFoundMessage="The catalogue has no such endpoint"
        maxDropdownHeight={360}
        comboboxProps={{ width: 300, position: 'bottom-start' }}
      />
      <Select
        aria-label="Status"
        placeholder="Any status"
        searchable
        clearable
        clearSectionMode="clear"
        clearButtonProps={{ 'aria-label': 'Show any status' }}
        data={including(statusOptions, view.status)}
        value={view.status}
        onChange={(status) => set({ status })}
        nothingFoundMessage="No such status"
        maxDropdownHeight={360}
        comboboxProps={{ width: 230, position: 'bottom-start' }}
      />
      <Select
        aria-label="Reason"
        placeholder="Any reason"
        searchable
        clearable
        clearSectionMode="clear"
        clearButtonProps={{ 'aria-label': 'Show any reason' }}
        data={reasonOptions}
        value={view.reason}
        onChange={(reason) => set({ reason })}
        nothingFoundMessage="No such reason"
        maxDropdownHeight={360}
        comboboxProps={{ width: 330, position: 'bottom-start' }}
      />
      {isFiltered(view) && (
        <Button variant="subtle" leftSection={<IconFilterOff size={14} />} onClick={() => set(noFilter)}>
          Clear filters
        </Button>
      )}
    </search>
  );
}
