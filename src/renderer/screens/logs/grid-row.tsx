// biome-ignore-all lint/a11y/useSemanticElements: a table whose rows are virtual cannot be a <table>
import { memo, useState } from 'react';
import type { LogRow } from '../../../features/logs/contract.ts';
import type { Zone } from '../../ui/zone.ts';
import type { ColumnId } from './column-ids.ts';
import { logColumns, RowHovered } from './columns.tsx';
import classes from './logs.module.css';

export const rowId = (index: number) => `log-row-${index}`;

interface GridRowProps {
  row: LogRow;
  columns: readonly ColumnId[];
  zone: Zone;
  index: number;
  /** Distance from the first row, in CSS pixels. */
  start: number;
  active: boolean;
  open: boolean;
  onPick: (index: number, requestId: string) => void;
}

/** A row of the log. Scrolling draws those that come into sight, and no other again. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { row, columns, zone, index, start, active, open, onPick } = props;
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
      onClick={() => onPick(index, row.requestId)}
      onMouseEnter={() => setHovered(true)}
      onMouseLeave={() => setHovered(false)}
    >
      <RowHovered value={hovered}>
        {columns.map((id) => (
          <div key={id} role="gridcell" tabIndex={-1} className={classes.cell}>
            {logColumns[id].cell(row, zone)}
          </div>
        ))}
      </RowHovered>
    </div>
  );
});
