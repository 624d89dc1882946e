import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { OUTCOMES, type Outcome } from '../../../base/reasons.ts';
import type { UsageSummary } from '../../../features/usage/contract.ts';
import { duration, exactDuration, percent } from '../../charts/durations.ts';
import { perPoint } from '../../charts/time-axis.ts';
import { count, counted } from '../../ui/format.ts';
import classes from './usage.module.css';

interface FigureProps {
  label: string;
  value: ReactNode;
  note: ReactNode;
  exact?: string | undefined;
}

const Figure = ({ label, value, note, exact }: FigureProps) => (
  <div className={classes.figure}>
    <dt>{label}</dt>
    <dd>
      <span className={classes.value} title={exact}>
        {value}
      </span>
      <span className={classes.note}>{note}</span>
    </dd>
  </div>
);

/** As in "3 denied". */
const failureWords: Record<Exclude<Outcome, 'admitted'>, string> = {
  clientError: 'client errors',
  limited: 'limited',
  denied: 'denied',
  serverError: 'server errors',
};
const failureOutcomes = OUTCOMES.filter((outcome) => outcome !== 'admitted');

/** The four figures that answer "how is it going?" at a glance. */
export function Figures({ summary }: { summary: UsageSummary | undefined }) {
  if (summary === undefined) {
    return (
      <div className={classes.figures} aria-hidden>
        {['total', 'rate', 'time', 'failures'].map((figure) => (
          <div key={figure} className={classes.figure}>
            <Skeleton height={12} width={96} my={3} />
            <Skeleton height={22} width={72} my={5} />
            <Skeleton height={10} width={140} my={4} />
          </div>
        ))}
      </div>
    );
  }
  const { total, byOutcome, averageMs } = summary;
  const failures = total - byOutcome.admitted;
  const parts = failureOutcomes
    .filter((outcome) => byOutcome[outcome] > 0)
    .map((outcome) => `${count(byOutcome[outcome])} ${failureWords[outcome]}`.replaceAll(' ', '\u00a0'));
  const busiest = Math.max(0, ...summary.series.map((point) => point.count));
  return (
    <dl className={`${classes.figures} tabular`}>
      <Figure
        label="Requests"
        value={count(total)}
        note={
          total === 0 ? 'None in this range' : `At most ${count(busiest)} ${perPoint(summary.seriesMinutes)}`
        }
      />
      <Figure
        label="Success rate"
        value={percent(byOutcome.admitted, total)}
        note={total === 0 ? 'No requests' : `${counted(byOutcome.admitted, 'request')} admitted`}
      />
      <Figure
        label="Average response time"
        value={averageMs === null ? '–' : duration(averageMs)}
        exact={averageMs === null ? undefined : exactDuration(averageMs)}
        note={averageMs === null ? 'No requests' : 'From arrival to answer'}
      />
      <Figure
        label="Failures"
        value={count(failures)}
        note={failures === 0 ? 'Nothing failed' : parts.join(' · ')}
      />
    </dl>
  );
}
