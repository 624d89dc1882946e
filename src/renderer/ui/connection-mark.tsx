import { IconDatabase } from '@tabler/icons-react';
import type { Connection } from '../../main/connections/contract.ts';
import classes from './connection-mark.module.css';

/** A connection's colour, beside its name and never instead of it. */
export const ConnectionMark = ({ colour }: { colour: Connection['colour'] }) => (
  <span className={classes.mark} data-colour={colour} aria-hidden>
    <IconDatabase size={14} stroke={2} />
  </span>
);
