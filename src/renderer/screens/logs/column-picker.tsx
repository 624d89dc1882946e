import { ActionIcon, Button, Checkbox, Popover, Tooltip } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconColumns3 } from '@tabler/icons-react';
import { COLUMN_IDS, type ColumnId } from './column-ids.ts';
import { logColumns } from './columns.tsx';
import classes from './logs.module.css';

interface ColumnPickerProps {
  columns: readonly ColumnId[];
  /** They were chosen, and are not those it begins with. */
  chosen: boolean;
  /** null: back to those it begins with. */
  onChange: (columns: readonly ColumnId[] | null) => void;
}

/** Which columns the log has, and in which order. */
export function ColumnPicker({ columns, chosen, onChange }: ColumnPickerProps) {
  const rest = COLUMN_IDS.filter((id) => !columns.includes(id));
  const toggle = (id: ColumnId) =>
    onChange(columns.includes(id) ? columns.filter((one) => one !== id) : [...columns, id]);
  const move = (at: number, by: -1 | 1) => {
    const id = columns[at];
    if (id !== undefined) onChange(columns.toSpliced(at, 1).toSpliced(at + by, 0, id));
  };
  return (
    <Popover
      position="bottom-end"
      shadow="md"
      trapFocus
      returnFocus
      middlewares={{ shift: true, size: true }}
    >
      <Popover.Target>
        <Tooltip label="Columns">
          <ActionIcon aria-label="Columns">
            <IconColumns3 size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns" className={classes.picker}>
        <ul className={classes.columns}>
          {[...columns, ...rest].map((id, at) => {
            const { header } = logColumns[id];
            const shown = at < columns.length;
            return (
              <li key={id}>
                <Checkbox
                  size="xs"
                  label={header}
                  checked={shown}
                  // A table without a column is none.
                  disabled={shown && columns.length === 1}
                  onChange={() => toggle(id)}
                />
                {shown && (
                  <span className={classes.columnMoves}>
                    <ActionIcon
                      size={20}
                      aria-label={`Move ${header} to the left`}
                      disabled={at === 0}
                      onClick={() => move(at, -1)}
                    >
                      <IconArrowUp size={13} />
                    </ActionIcon>
                    <ActionIcon
                      size={20}
                      aria-label={`Move ${header} to the right`}
                      disabled={at === columns.length - 1}
                      onClick={() => move(at, 1)}
                    >
                      <IconArrowDown size={13} />
                    </ActionIcon>
                  </span>
                )}
              </li>
            );
          })}
        </ul>
        <Button size="compact-sm" variant="default" mt="xs" disabled={!chosen} onClick={() => onChange(null)}>
          As at first
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
