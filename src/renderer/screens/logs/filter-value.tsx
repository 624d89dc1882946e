import { ActionIcon, Tooltip } from '@mantine/core';
import { IconFilterMinus, IconFilterPlus } from '@tabler/icons-react';
import { createContext, type ReactNode, useContext } from 'react';
import type { Field } from '../../../base/log-query/terms.ts';
import classes from './drawer.module.css';

/** Narrows the log to the rows with a value of a field (null: without one), or to those without it. */
export type Narrow = (field: Field, value: string | null, excluded: boolean) => void;

/** What a value in the drawer narrows; without it, none does. */
export const NarrowContext = createContext<Narrow | null>(null);

interface FilterValueProps {
  field: Field;
  value: string | null;
  /** The value in words, for the buttons: "token Payroll". */
  words: string;
  children: ReactNode;
}

/** A value of a request, and two buttons that make it a filter. */
export function FilterValue({ field, value, words, children }: FilterValueProps) {
  const narrow = useContext(NarrowContext);
  return (
    <dd className={classes.value}>
      <span className={classes.valueText}>{children}</span>
      {narrow !== null && (
        <span className={classes.narrow}>
          <Tooltip label="Show only these">
            <ActionIcon
              size={20}
              aria-label={`Show only ${words}`}
              onClick={() => narrow(field, value, false)}
            >
              <IconFilterPlus size={14} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Leave these out">
            <ActionIcon
              size={20}
              aria-label={`Leave out ${words}`}
              onClick={() => narrow(field, value, true)}
            >
              <IconFilterMinus size={14} />
            </ActionIcon>
          </Tooltip>
        </span>
      )}
    </dd>
  );
}
