import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { OUTCOMES, type Outcome } from '../../../base/reasons.ts';
import type { UsageSummary } from '../../../features/usage/contract.ts';
import { duration, exactDuration, percent } from '../../charts/durations.ts';
import { perPoint } from '../../charts/time-axis.ts';
import { count, counted } from '../../ui/format.ts';
import { changeWords, pointsWords, shareOf } from './change.ts';
import classes from './usage.module.css';

interface FigureProps {
  label: string;
  value: ReactNode;
  note: ReactNode;
  exact?: string | undefined;
  /** Since the period before, and what it was then; null: there is nothing to compare with. */
  change: string | null;
  before: string | null;
}

const Figure = ({ label, value, note, exact, change, before }: FigureProps) => (
  <div className={classes.figure}>
    <dt>{label}</dt>
    <dd>
      <span className={classes.value} title={exact}>
        {value}
      </span>
      {before !== null && (
        <span className={classes.change} title="In the period before">
          {change !== null && <b>{change}</b>} <span className="dimmed">before: {before}</span>
        </span>
      )}
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

const figureNames = ['requests', 'success', 'failures', 'average', 'percentiles'];

/** The figures that answer "how is it going?" at a glance. */
export function Figures({ summary }: { summary: UsageSummary | undefined }) {
  if (summary === undefined) {
    return (
      <div className={classes.figures} aria-hidden>
        {figureNames.map((figure) => (
          <div key={figure} className={classes.figure}>
            <Skeleton height={12} width={96} my={3} />
            <Skeleton height={22} width={72} my={5} />
            <Skeleton height={10} width={110} my={4} />
          </div>
        ))}
      </div>
    );
  }
  const { total, byOutcome, averageMs, p50Ms, p95Ms, p99Ms, previous } = summary;
  const failures = total - byOutcome.admitted;
  const parts = failureOutcomes
    .filter((outcome) => byOutcome[outcome] > 0)
    .map((outcome) => `${count(byOutcome[outcome])} ${failureWords[outcome]}`.replaceAll(' ', '\u00a0'));
  const busiest = Math.max(0, ...summary.series.map((point) => point.count));
  const failuresBefore = previous && previous.total - previous.byOutcome.admitted;
  return (
    <dl className={`${classes.figures} tabular`}>
      <Figure
        label="Requests"
        value={count(total)}
        change={changeWords(total, previous?.total ?? null)}
        before={previous && count(previous.total)}
        note={
          total === 0 ? 'None in this range' : `At most ${count(busiest)} ${perPoint(summary.seriesMinutes)}`
        }
      />
      <Figure
        label="Success rate"
        value={percent(byOutcome.admitted, total)}
        change={
          previous &&
          pointsWords(
            shareOf(byOutcome.admitted, total),
            shareOf(previous.byOutcome.admitted, previous.total),
          )
        }
        before={previous && percent(previous.byOutcome.admitted, previous.total)}
        note={total === 0 ? 'No requests' : `${counted(byOutcome.admitted, 'request')} admitted`}
      />
      <Figure
        label="Failures"
        value={count(failures)}
        change={changeWords(failures, failuresBefore)}
        before={failuresBefore === null ? null : count(failuresBefore)}
        note={failures === 0 ? 'Nothing failed' : parts.join(' · ')}
      />
      <Figure
        label="Average response time"
        value={averageMs === null ? '–' : duration(averageMs)}
        exact={averageMs === null ? undefined : exactDuration(averageMs)}
        change={changeWords(averageMs, previous?.averageMs ?? null)}
        before={previous?.averageMs == null ? null : duration(previous.averageMs)}
        note={averageMs === null ? 'No requests' : 'From arrival to answer'}
      />
      <Figure
        label="95 of 100 within (p95)"
        value={p95Ms === null ? '–' : duration(p95Ms)}
        exact={p95Ms === null ? undefined : exactDuration(p95Ms)}
        change={changeWords(p95Ms, previous?.p95Ms ?? null)}
        before={previous?.p95Ms == null ? null : duration(previous.p95Ms)}
        note={percentileNote(total, p50Ms, p99Ms)}
      />
    </dl>
  );
}

/** Of requests that earlier releases counted no percentile is known. */
function percentileNote(total: number, p50Ms: number | null, p99Ms: number | null): string {
  if (total === 0) return 'No requests';
  if (p50Ms === null || p99Ms === null) return 'Not known of all requests';
  const parts = [`p50 ${duration(p50Ms)}`, `p99 ${duration(p99Ms)}`];
  return parts.map((part) => part.replaceAll(' ', '\u00a0')).join(' · ');
}
