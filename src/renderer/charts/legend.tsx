import { Tooltip } from '@mantine/core';
import { OUTCOMES, type Outcome } from '../../base/reasons.ts';
import { count } from '../ui/format.ts';
import { BEFORE, BeforeMark } from './before.tsx';
import classes from './charts.module.css';
import { OutcomeMark } from './outcome-mark.tsx';
import { outcomeMeanings, outcomeWords } from './palette.ts';

interface OutcomeLegendProps {
  counts: Record<Outcome, number>;
  /** How many there were in the period before, where it is drawn. */
  before?: number | undefined;
}

/** The outcomes with their colours and counts; what each counts is on hover. */
export const OutcomeLegend = ({ counts, before }: OutcomeLegendProps) => (
  <ul className={classes.legend} aria-label="Outcomes">
    {OUTCOMES.map((outcome) => (
      <Tooltip key={outcome} label={outcomeMeanings[outcome]}>
        <li>
          <OutcomeMark outcome={outcome} />
          {outcomeWords[outcome]}
          <span className="dimmed tabular">{count(counts[outcome])}</span>
        </li>
      </Tooltip>
    ))}
    {before !== undefined && (
      <li>
        <BeforeMark />
        {BEFORE}
        <span className="dimmed tabular">{count(before)}</span>
      </li>
    )}
  </ul>
);
