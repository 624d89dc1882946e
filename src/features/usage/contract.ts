import { z } from 'zod';
import { id, outcomes, reads, timeZone } from '../../base/shapes.ts';

/** Milliseconds from a request's arrival to its answer. */
const percentile = z
  .number()
  .nullable()
  .describe(
    'the shortest time that so many of a hundred did not exceed, at most percentileError off; null: no request, or counted by an earlier release, which kept no durations',
  );
const percentiles = { p50Ms: percentile, p95Ms: percentile, p99Ms: percentile };

export const usagePoint = z.object({
  start: z.date(),
  end: z.date().describe('exclusive'),
  count: z.int(),
  byOutcome: outcomes,
  averageMs: z.number().nullable(),
  ...percentiles,
});
export type UsagePoint = z.infer<typeof usagePoint>;

/** What came of the requests of one stretch of time. */
const usageTotals = {
  from: z.date(),
  to: z.date(),
  total: z.int(),
  byOutcome: outcomes,
  averageMs: z.number().nullable(),
  ...percentiles,
  series: z.array(usagePoint),
};

export const usageSummary = z.object({
  ...usageTotals,
  from: z.date().describe('widened to the grain'),
  to: z.date().describe('widened to the grain, exclusive'),
  grainMinutes: z.int().describe('the range is widened to whole stretches of so many minutes: 1 or 15'),
  zone: z.string().describe('points of an hour or more follow its wall clock'),
  byReason: z.array(z.object({ reason: z.string(), status: z.int(), count: z.int() })),
  byEndpoint: z.array(
    z.object({
      endpoint: z.string(),
      count: z.int(),
      errors: z.int(),
      averageMs: z.number(),
      ...percentiles,
    }),
  ),
  seriesMinutes: z
    .int()
    .describe(
      'the length of one point of the series; the first and the last are cut to the range, and where clocks change one may be longer or shorter',
    ),
  percentileError: z.number().describe('how far a percentile is off at most, as a part of the true one'),
  previous: z
    .object(usageTotals)
    .nullable()
    .describe('the period of the same length before, point by point; null: not asked for'),
});
export type UsageSummary = z.infer<typeof usageSummary>;

export const usage = {
  /** The usage of one token, or of all, in a range; sums equal the log's. Default: the last 24 hours. */
  summary: reads
    .input(
      z.object({
        tokenId: id.optional(),
        from: z.date().optional(),
        to: z.date().optional(),
        zone: timeZone.default('UTC'),
        compare: z.boolean().default(false).describe('also with the period before'),
      }),
    )
    .output(usageSummary),
  /** How many requests each of these tokens made in a range, which is widened to the grain as summary's. */
  totals: reads
    .input(z.object({ tokenIds: z.array(id).min(1).max(1_000), from: z.date(), to: z.date().optional() }))
    .output(z.array(z.object({ tokenId: id, total: z.int() }))),
  /** Requests an hour of the last 24 hours (oldest first), for each token that had any. */
  sparklines: reads.output(z.array(z.object({ tokenId: id, counts: z.array(z.int()).length(24) }))),
};
