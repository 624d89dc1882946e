import type { LogView } from '../../../../features/logs/contract.ts';
import { rangeText, readRangeText } from '../../../ui/range.ts';
import { readColumns } from '../column-ids.ts';
import type { LogsView } from '../view.ts';

/** What a saved view keeps: neither whose zone it was, nor which request was open. */
export type KeptView = Pick<LogView, 'query' | 'range' | 'columns'>;

export const keptOf = ({ query, range, columns }: LogsView): KeptView => ({
  query,
  range: range === null ? null : rangeText(range),
  columns: columns === null ? null : [...columns],
});

/** What opening a saved view changes. */
export const openingOf = ({ query, range, columns }: KeptView): Partial<LogsView> => ({
  query,
  range: readRangeText(range),
  columns: readColumns(columns),
  live: false,
  request: null,
});

/** Do two keep the same? */
export const isSameView = (a: KeptView, b: KeptView): boolean =>
  a.query === b.query && a.range === b.range && `${a.columns}` === `${b.columns}`;
