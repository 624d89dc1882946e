// biome-ignore-all lint/a11y/useSemanticElements: a table whose rows are virtual cannot be a <table>
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type RefObject, useCallback, useEffect, useImperativeHandle, useRef } from 'react';
import type { LogRow } from '../../../features/logs/contract.ts';
import { zoneName } from '../../ui/zone.ts';
import type { ColumnId } from './column-ids.ts';
import { logColumns } from './columns.tsx';
import { GridRow, rowId } from './grid-row.tsx';
import classes from './logs.module.css';
import { useActiveRow } from './use-active-row.ts';
import type { LogsView } from './view.ts';

const ROW_HEIGHT = 34;
/** How many rows beyond those in sight are wanted. */
const AHEAD = 120;
/** Between cells and at both ends of a row, in CSS pixels. */
const GAP = 12;

export interface LogTableHandle {
  /** Back to the first row. */
  toTop(): void;
}

interface LogTableProps {
  rows: readonly LogRow[];
  columns: readonly ColumnId[];
  view: Pick<LogsView, 'zone' | 'order' | 'request'>;
  onOpen: (requestId: string) => void;
  /** Absent where the order is given. */
  onOrder?: (order: LogsView['order']) => void;
  /** How many rows the place that was scrolled to needs. */
  want: (count: number) => void;
  hasMore: boolean;
  /** Is the first row in sight? */
  onTop?: (top: boolean) => void;
  /** These rows answer the last question; the answer to the new one is on its way. */
  stale: boolean;
  /** Below the last row. */
  foot: ReactNode;
  handle?: RefObject<LogTableHandle | null>;
}

/** The log; only the rows in sight are in the page. Arrow keys move, Enter opens. */
export function LogTable(props: LogTableProps) {
  const { rows, columns, view, onOpen, want, hasMore, onTop, stale, foot, handle } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const size = useElementSize<HTMLDivElement>();
  const ref = useMergedRef(scroller, size.ref);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    scrollPaddingStart: ROW_HEIGHT,
  });
  const items = virtual.getVirtualItems();
  // In steps, so that not every row that is scrolled by asks.
  const wanted = Math.ceil(((items.at(-1)?.index ?? 0) + AHEAD) / AHEAD) * AHEAD;
  useEffect(() => want(wanted), [want, wanted]);

  const page = Math.max(1, Math.floor(size.height / ROW_HEIGHT) - 2);
  const show = useCallback((index: number) => virtual.scrollToIndex(index), [virtual]);
  const { active, setActive, onKeyDown } = useActiveRow({ rows, open: view.request, page, show, onOpen });
  useImperativeHandle(
    handle,
    () => ({
      toTop: () => {
        setActive(0);
        scroller.current?.scrollTo({ top: 0 });
      },
    }),
    [setActive],
  );
  const pick = useCallback(
    (index: number, requestId: string) => {
      setActive(index);
      onOpen(requestId);
    },
    [setActive, onOpen],
  );

  const tracks = columns.map((id) => logColumns[id]);
  const css = {
    '--tracks': tracks
      .map(({ px, share }) => (share === 0 ? `${px}px` : `minmax(${px}px, ${share}fr)`))
      .join(' '),
    '--least': `${tracks.reduce((sum, { px }) => sum + px + GAP, GAP)}px`,
  };
  return (
    <div
      ref={ref}
      role="grid"
      aria-label="API log"
      aria-rowcount={hasMore ? -1 : rows.length + 1}
      aria-activedescendant={items.some(({ index }) => index === active) ? rowId(active) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onFocus={({ target }) => {
        // A click must not leave the focus in a row, which goes away when it is scrolled out of sight.
        if (target.matches('[role="row"], [role="gridcell"], [role="columnheader"]'))
          scroller.current?.focus({ preventScroll: true });
      }}
      onScroll={({ currentTarget }) => onTop?.(currentTarget.scrollTop < ROW_HEIGHT)}
      className={classes.grid}
      data-stale={stale || undefined}
      style={css as React.CSSProperties}
    >
      <div role="rowgroup" className={classes.gridHead}>
        <div role="row" aria-rowindex={1} className={classes.gridRow} tabIndex={-1}>
          {columns.map((id) => (
            <Head key={id} id={id} view={view} onOrder={props.onOrder} />
          ))}
        </div>
      </div>
      <div role="rowgroup" className={classes.gridBody} style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = rows[index];
          return (
            row !== undefined && (
              <GridRow
                key={row.requestId}
                row={row}
                columns={columns}
                zone={view.zone}
                index={index}
                start={start}
                active={index === active}
                open={row.requestId === view.request}
                onPick={pick}
              />
            )
          );
        })}
      </div>
      <div role="presentation" className={classes.gridEnd}>
        {foot}
      </div>
    </div>
  );
}

interface HeadProps {
  id: ColumnId;
  view: LogTableProps['view'];
  onOrder: LogTableProps['onOrder'];
}

function Head({ id, view, onOrder }: HeadProps) {
  const { header, right } = logColumns[id];
  const className = `${classes.headCell} ${right ? classes.right : ''}`;
  if (id !== 'time')
    return (
      <span role="columnheader" tabIndex={-1} className={className}>
        {header}
      </span>
    );
  const newest = view.order === 'newest';
  const Arrow = newest ? IconArrowDown : IconArrowUp;
  const zone = <span title={zoneName(view.zone)}>{view.zone === 'utc' ? 'Time (UTC)' : header}</span>;
  return (
    <span
      role="columnheader"
      tabIndex={-1}
      aria-sort={newest ? 'descending' : 'ascending'}
      className={className}
    >
      {onOrder === undefined ? (
        zone
      ) : (
        <button
          type="button"
          className={classes.order}
          title={newest ? 'Newest first; show the oldest first' : 'Oldest first; show the newest first'}
          onClick={() => onOrder(newest ? 'oldest' : 'newest')}
        >
          {zone}
          <Arrow size={12} aria-hidden />
        </button>
      )}
    </span>
  );
}
