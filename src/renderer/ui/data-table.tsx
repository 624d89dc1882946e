import { Table } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
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
  maxHeight,
}: DataTableProps) {
  return (
    <section
      className={`${classes.scroll} ${flush ? classes.flush : ''}`}
      style={{ maxHeight }}
      aria-label={`${label}, table`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls needs a tab stop (WCAG 2.1.1)
      tabIndex={0}
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

/** For a row that opens something when clicked; give its name cell a button too, for the keyboard. */
export const rowClass = (open = false): string => `${classes.row} ${open ? classes.open : ''}`;

/** The cell content that names a row and opens it. */
export const NameButton = ({ children, onClick }: { children: ReactNode; onClick: () => void }) => (
  <button type="button" className={classes.nameButton} dir="auto" onClick={onClick}>
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
