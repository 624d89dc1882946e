import type { Outcome } from '../../base/reasons.ts';
import classes from './charts.module.css';
import { outcomeColours } from './palette.ts';
import { useScheme } from './use-scheme.ts';

/** A small square in the outcome's colour; the word always stands beside it. */
export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  const scheme = useScheme();
  return (
    <span className={classes.mark} style={{ background: outcomeColours[scheme][outcome] }} aria-hidden />
  );
}
