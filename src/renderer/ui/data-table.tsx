import { Table } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { CSSProperties, KeyboardEvent, ReactNode } from 'react';
import classes from './data-table.module.css';

interface DataTableProps {
  /** What the table lists, for screen readers. */
  label: string;
  head: ReactNode;
  children: ReactNode;
  /** CSS pixels below which the table scrolls sideways instead of squeezing. */
  minWidth?: number;
  /** Inside a panel: no border of its own. */
  flush?: boolean;
  /** As high as the room that a screen which fills the window has left. */
  fill?: boolean;
  /** CSS height limit, so that the header can stay in sight. */
  maxHeight?: string;
}

/** A table with a sticky header, in the house's measure. Put `<Table.Tr className={rowClass}>` inside. */
export function DataTable({
  label,
  head,
  children,
  minWidth = 640,
  flush = false,
  fill = false,
  maxHeight,
}: DataTableProps) {
  return (
    <section
      className={`${classes.scroll} ${flush ? classes.flush : ''} ${fill ? classes.fill : ''}`}
      style={{ '--highest': maxHeight } as CSSProperties}
      aria-label={`${label}, table`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls needs a tab stop (WCAG 2.1.1)
      tabIndex={0}
      onKeyDown={moveByKey}
    >
      <Table aria-label={label} className={classes.table} miw={minWidth} withRowBorders={false}>
        <Table.Thead>
          <Table.Tr>{head}</Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </section>
  );
}

/** What of a row the arrow keys go to: the same thing of the next row, or its name. */
const STOPS = ['[data-row-name]', 'input[type="checkbox"]', '[aria-haspopup="menu"]'];
/** Rows that a page key passes. */
const PAGE_ROWS = 10;

/** Arrow keys, Page, Home and End go from row to row, as in the log; Enter then opens the row. */
function moveByKey(event: KeyboardEvent<HTMLElement>) {
  const { key, currentTarget: table, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
  // A menu of a row is elsewhere in the page, and has the arrow keys for itself.
  if (!(target instanceof HTMLElement) || !table.contains(target)) return;
  const rows = [...table.querySelectorAll<HTMLElement>('tbody > tr')].filter((row) =>
    row.querySelector('[data-row-name]'),
  );
  const at = rows.findIndex((row) => row.contains(target));
  if (at === -1 && target !== table) return;
  const last = rows.length - 1;
  const to = {
    ArrowDown: at + 1,
    ArrowUp: at === -1 ? 0 : at - 1,
    PageDown: at + PAGE_ROWS,
    PageUp: at - PAGE_ROWS,
    Home: 0,
    End: last,
  }[key];
  const row = to === undefined ? undefined : rows[Math.max(0, Math.min(last, to))];
  if (row === undefined) return;
  event.preventDefault();
  const stop = STOPS.find((selector) => target.closest(selector)) ?? '[data-row-name]';
  const place =
    row.querySelector<HTMLElement>(`${stop}:not(:disabled)`) ?? row.querySelector<HTMLElement>('button');
  place?.focus({ preventScroll: true });
  row.scrollIntoView({ block: 'nearest' });
}

/** For the cell at a row's end, and its heading: it stays in sight when the table scrolls sideways. */
export const rowEnd = classes.rowEnd ?? '';

/** For a row that opens something when clicked; give its name cell a button too, for the keyboard. */
export const rowClass = (open = false): string => `${classes.row} ${open ? classes.open : ''}`;

/** The cell content that names a row and opens it. */
export const NameButton = ({ children, onClick }: { children: ReactNode; onClick: () => void }) => (
  <button
    type="button"
    data-row-name
    className={classes.nameButton}
    dir="auto"
    onClick={(event) => {
      // The row's own click would open it a second time, and Back would have to be pressed twice.
      event.stopPropagation();
      onClick();
    }}
  >
    {children}
  </button>
);

/** The actions at a row's end: faint until the row is hovered or focused. Clicks stay here. */
export const RowActions = ({ children }: { children: ReactNode }) => (
  // biome-ignore lint/a11y/noStaticElementInteractions: only keeps clicks on the buttons inside from opening the row
  // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard reaches the buttons themselves
  <div className={classes.rowActions} onClick={(event) => event.stopPropagation()}>
    {children}
  </div>
);

interface SortHeadProps<Key extends string> {
  by: Key;
  sort: { by: string; descending: boolean };
  onSort: (by: Key) => void;
  right?: boolean;
  children: ReactNode;
}

/** A column heading that sorts by its column. */
export function SortHead<Key extends string>({
  by,
  sort,
  onSort,
  right = false,
  children,
}: SortHeadProps<Key>) {
  const active = sort.by === by;
  const Arrow = active && !sort.descending ? IconArrowUp : IconArrowDown;
  const order = active ? (sort.descending ? 'descending' : 'ascending') : 'none';
  return (
    <Table.Th aria-sort={order} ta={right ? 'right' : 'left'}>
      <button
        type="button"
        className={`${classes.sort} ${active ? classes.sorted : ''}`}
        onClick={() => onSort(by)}
      >
        {!right && children}
        <Arrow size={12} aria-hidden />
        {right && children}
      </button>
    </Table.Th>
  );
}
