import type { Outcome } from '../../base/reasons.ts';
import classes from './charts.module.css';
import { outcomeVariable } from './palette.ts';

/** A small square in the outcome's colour; the word always stands beside it. */
export const OutcomeMark = ({ outcome }: { outcome: Outcome }) => (
  <span className={classes.mark} style={{ background: `var(${outcomeVariable(outcome)})` }} aria-hidden />
);
