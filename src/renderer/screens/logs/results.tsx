import { Skeleton } from '@mantine/core';
import { type RefObject, useCallback } from 'react';
import { rangeText } from '../../ui/range.ts';
import type { ColumnId } from './column-ids.ts';
import { LogTable, type LogTableHandle } from './log-table.tsx';
import classes from './logs.module.css';
import { Nothing } from './nothing.tsx';
import type { Explorer } from './use-explorer.ts';
import type { SetLogsView } from './use-logs-view.ts';
import type { LogsView } from './view.ts';

interface ResultsProps {
  view: LogsView;
  set: SetLogsView;
  explorer: Explorer;
  columns: readonly ColumnId[];
  /** Is the first row in sight? Said of the live tail. */
  onTop: (top: boolean) => void;
  table: RefObject<LogTableHandle | null>;
}

/** The rows, or why there are none. */
export function Results({ view, set, explorer, columns, onTop, table }: ResultsProps) {
  const { parsed, rows, list, asOf } = explorer;
  const { query, range, order, live } = view;
  const onOpen = useCallback((request: string) => set({ request }), [set]);
  const onOrder = useCallback((next: LogsView['order']) => set({ order: next }), [set]);
  if ('terms' in parsed && rows === undefined) return list.query.isError ? null : <Loading />;
  if ('error' in parsed || rows === undefined || rows.length === 0)
    return (
      <div className={classes.frame}>
        <Nothing view={view} explorer={explorer} set={set} />
      </div>
    );
  return (
    <div className={classes.frame}>
      <LogTable
        // Another question starts at the top.
        key={`${query} ${range && rangeText(range)} ${order} ${live ? 'live' : asOf.getTime()}`}
        handle={table}
        rows={rows}
        columns={columns}
        view={view}
        onOpen={onOpen}
        {...(live ? { onTop } : { onOrder })}
        want={list.want}
        hasMore={!live && list.hasMore}
        stale={!live && list.stale}
        foot={<Foot view={view} explorer={explorer} />}
      />
    </div>
  );
}

function Foot({ view, explorer: { list } }: { view: LogsView; explorer: Explorer }) {
  if (view.live) return 'What came before is in the list.';
  if (list.stopped) return 'The search was stopped here.';
  if (list.hasMore) return <Skeleton height={12} width={220} />;
  return `The log has nothing ${view.order === 'newest' ? 'older' : 'newer'} that matches.`;
}

const placeholders = [78, 64, 86, 71, 92, 60, 81, 69];

const Loading = () => (
  <div className={classes.frame}>
    <div className={classes.loading} aria-hidden>
      {placeholders.map((width) => (
        <Skeleton key={width} height={12} width={`${width}%`} />
      ))}
    </div>
  </div>
);
