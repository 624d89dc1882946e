import { OUTCOMES, type Outcome } from '../../base/reasons.ts';
import { count } from '../ui/format.ts';
import classes from './charts.module.css';
import { percent } from './durations.ts';
import { outcomeVariable, outcomeWords } from './palette.ts';

/** How a total divides into outcomes, as one bar. */
export function OutcomeBar({ counts, total }: { counts: Record<Outcome, number>; total: number }) {
  const present = OUTCOMES.filter((outcome) => counts[outcome] > 0);
  const words = present.map(
    (outcome) => `${outcomeWords[outcome]} ${count(counts[outcome])} (${percent(counts[outcome], total)})`,
  );
  return (
    <div className={classes.share} role="img" aria-label={words.join(', ')}>
      {present.map((outcome, at) => (
        <span
          key={outcome}
          title={words[at]}
          style={{ flexGrow: counts[outcome], background: `var(${outcomeVariable(outcome)})` }}
        />
      ))}
    </div>
  );
}

/** A number as a part of the largest in its column; the number itself stands beside it. */
export const ColumnBar = ({ value, largest }: { value: number; largest: number }) => (
  <span className={classes.column} aria-hidden>
    <span style={{ width: `${largest === 0 ? 0 : (value / largest) * 100}%` }} />
  </span>
);
