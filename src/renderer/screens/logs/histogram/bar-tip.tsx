import { OUTCOMES } from '../../../../base/reasons.ts';
import { OutcomeMark } from '../../../charts/outcome-mark.tsx';
import { outcomeWords } from '../../../charts/palette.ts';
import { count, counted } from '../../../ui/format.ts';
import type { Zone } from '../../../ui/zone.ts';
import { spanWords } from './bar-words.ts';
import classes from './histogram.module.css';
import { type Bar, totalOf } from './scale.ts';

interface BarTipProps {
  bar: Bar;
  zone: Zone;
  /** Where the bar's middle is, 0 to 1. */
  at: number;
  /** It is not counted yet, or not wholly. */
  open: boolean;
}

/** What a bar counts, exactly; below it, and never out of the window. */
export function BarTip({ bar, zone, at, open }: BarTipProps) {
  const total = totalOf(bar);
  return (
    <div
      className={classes.tip}
      style={{ left: `${at * 100}%`, transform: `translateX(${-at * 100}%)` }}
      aria-hidden
    >
      <strong>{spanWords(bar.start, bar.end, zone)}</strong>
      {OUTCOMES.toReversed()
        .filter((outcome) => bar.byOutcome[outcome] > 0)
        .map((outcome) => (
          <span key={outcome} className={classes.tipLine}>
            <OutcomeMark outcome={outcome} />
            {outcomeWords[outcome]}
            <span className="tabular">{count(bar.byOutcome[outcome])}</span>
          </span>
        ))}
      <span>
        {total === 0 ? 'No requests' : counted(total, 'request')}
        {open && ', still counting'}
      </span>
    </div>
  );
}
