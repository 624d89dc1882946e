import type { UsagePoint } from '../../features/usage/contract.ts';
import { chartColours, type Scheme } from './palette.ts';

/** What is known of the durations of a stretch of time: milliseconds; null where there is none, or it is not known. */
export type Durations = Pick<UsagePoint, 'averageMs' | 'p50Ms' | 'p95Ms' | 'p99Ms'>;

/** The lines of a chart of durations. They differ in stroke as well as in shade. */
export const durationLines = [
  { key: 'averageMs', word: 'Average', about: 'All durations together, by how many there were', dash: [] },
  { key: 'p50Ms', word: 'p50', about: 'Half of the requests took no longer', dash: [1, 3] },
  { key: 'p95Ms', word: 'p95', about: '95 of 100 requests took no longer', dash: [6, 3] },
  { key: 'p99Ms', word: 'p99', about: '99 of 100 requests took no longer', dash: [10, 3, 2, 3] },
] as const;
export type DurationKey = (typeof durationLines)[number]['key'];

const percentileColours: Record<Scheme, Record<DurationKey, string>> = {
  light: { averageMs: chartColours.light.line, p50Ms: '#2c7d63', p95Ms: '#a35c00', p99Ms: '#a3281e' },
  dark: { averageMs: chartColours.dark.line, p50Ms: '#6fc7a8', p95Ms: '#edb51c', p99Ms: '#f08c7d' },
};

export const durationColour = (scheme: Scheme, key: DurationKey): string => percentileColours[scheme][key];
