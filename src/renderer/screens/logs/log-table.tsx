// biome-ignore-all lint/a11y/useSemanticElements: a table whose rows are virtual cannot be a <table>
import { Skeleton } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { type Row, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { LogRow } from '../../../features/logs/contract.ts';
import { type ColumnTrack, columnTracks, logColumns, logFeatures, RowHovered } from './columns.tsx';
import classes from './logs.module.css';

const ROW_HEIGHT = 34;
/** How many rows before the end the next page is asked for. */
const AHEAD = 60;
/** Below this many CSS pixels the endpoint, which the path mostly says, gives its room to the others. */
const WIDE = 1_100;

/** Between cells and at both ends of a row. */
const GAP = 12;

const trackCss = ({ px, share }: ColumnTrack) => (share === 0 ? `${px}px` : `minmax(${px}px, ${share}fr)`);

const rowId = (index: number) => `log-row-${index}`;

const cellClasses: Record<string, string | undefined> = { duration: classes.right, reason: classes.seam };

interface LogTableProps {
  rows: LogRow[];
  /** The request whose drawer is open. */
  open: string | null;
  onOpen: (requestId: string) => void;
  hasMore: boolean;
  loadingMore: boolean;
  loadMore: () => void;
  /** These rows answer the last question; the answer to the new one is on its way. */
  stale: boolean;
}

/** The log, newest first; only the rows in sight are in the page. Arrow keys move, Enter opens. */
export function LogTable({ rows, open, onOpen, hasMore, loadingMore, loadMore, stale }: LogTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const size = useElementSize<HTMLDivElement>();
  const ref = useMergedRef(scroller, size.ref);
  const [active, setActive] = useState(0);
  const table = useTable({
    features: logFeatures,
    columns: logColumns,
    data: rows,
    getRowId: (row) => row.requestId,
    state: { columnVisibility: { endpoint: size.width === 0 || size.width >= WIDE } },
  });
  const model = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    scrollPaddingStart: ROW_HEIGHT,
  });
  const items = virtual.getVirtualItems();
  const lastInSight = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasMore && !loadingMore && lastInSight >= rows.length - AHEAD) loadMore();
  }, [hasMore, loadingMore, lastInSight, rows.length, loadMore]);

  // The drawer's steps through the log are seen in it, too.
  const openAt = open === null ? -1 : rows.findIndex((row) => row.requestId === open);
  useEffect(() => {
    if (openAt === -1) return;
    setActive(openAt);
    virtual.scrollToIndex(openAt);
  }, [openAt, virtual]);

  const move = (to: number) => {
    const index = Math.max(0, Math.min(rows.length - 1, to));
    setActive(index);
    virtual.scrollToIndex(index);
  };
  const perPage = Math.max(1, Math.floor(size.height / ROW_HEIGHT) - 2);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = rows[active];
    if (event.key === 'ArrowDown') move(active + 1);
    else if (event.key === 'ArrowUp') move(active - 1);
    else if (event.key === 'PageDown') move(active + perPage);
    else if (event.key === 'PageUp') move(active - perPage);
    else if (event.key === 'Home') move(0);
    else if (event.key === 'End') move(rows.length - 1);
    else if (event.key === 'Enter' && row !== undefined) onOpen(row.requestId);
    else return;
    event.preventDefault();
  };

  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const tracks = headers.flatMap((header) => columnTracks[header.column.id] ?? []);
  const least = tracks.reduce((sum, { px }) => sum + px + GAP, GAP);
  const activeInPage = items.some(({ index }) => index === active);
  return (
    <div
      ref={ref}
      role="grid"
      aria-label="API log"
      aria-rowcount={hasMore ? -1 : rows.length + 1}
      aria-activedescendant={activeInPage ? rowId(active) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onFocus={({ target }) => {
        // A click must not leave the focus in a row, which goes away when it is scrolled out of sight.
        if (target.matches('[role="row"], [role="gridcell"], [role="columnheader"]'))
          scroller.current?.focus({ preventScroll: true });
      }}
      className={classes.grid}
      data-stale={stale || undefined}
      style={{ '--tracks': tracks.map(trackCss).join(' '), '--least': `${least}px` } as React.CSSProperties}
    >
      <div role="rowgroup" className={classes.gridHead}>
        <div role="row" aria-rowindex={1} className={classes.gridRow} tabIndex={-1}>
          {headers.map((header) => (
            <span key={header.id} role="columnheader" tabIndex={-1} className={cellClasses[header.column.id]}>
              <table.FlexRender header={header} />
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" className={classes.gridBody} style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = model[index];
          return (
            row !== undefined && (
              <GridRow
                key={row.id}
                row={row}
                index={index}
                start={start}
                active={index === active}
                open={row.id === open}
                onPick={() => {
                  setActive(index);
                  onOpen(row.id);
                }}
                FlexRender={table.FlexRender}
              />
            )
          );
        })}
      </div>
      <div role="presentation" className={classes.gridEnd}>
        {hasMore ? <Skeleton height={12} width={220} /> : 'The log has nothing older that matches.'}
      </div>
    </div>
  );
}

interface GridRowProps {
  row: Row<typeof logFeatures, LogRow>;
  index: number;
  /** Distance from the first row, in CSS pixels. */
  start: number;
  active: boolean;
  open: boolean;
  onPick: () => void;
  FlexRender: ReturnType<typeof useTable<typeof logFeatures, LogRow>>['FlexRender'];
}

function GridRow({ row, index, start, active, open, onPick, FlexRender }: GridRowProps) {
  const [hovered, setHovered] = useState(false);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keyboard
    <div
      id={rowId(index)}
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      aria-selected={open}
      data-active={active || undefined}
      className={classes.gridRow}
      style={{ transform: `translateY(${start}px)` }}
      onClick={onPick}
      onMouseEnter={() => setHovered(true)}
      onMouseLeave={() => setHovered(false)}
    >
      <RowHovered value={hovered}>
        {row.getVisibleCells().map((cell) => (
          <div
            key={cell.id}
            role="gridcell"
            tabIndex={-1}
            className={`${classes.cell} ${cell.column.id === 'reason' ? classes.seam : ''}`}
          >
            <FlexRender cell={cell} />
          </div>
        ))}
      </RowHovered>
    </div>
  );
}
