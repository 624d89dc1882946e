import { z } from 'zod';
import { id, outcomes, reads } from '../../base/shapes.ts';

export const usageSummary = z.object({
  from: z.date().describe('widened to the grain'),
  to: z.date().describe('widened to the grain, exclusive'),
  grainMinutes: z.int().describe('the grain of the roll-ups read: 1 or 15'),
  total: z.int(),
  byOutcome: outcomes,
  byReason: z.array(z.object({ reason: z.string(), status: z.int(), count: z.int() })),
  byEndpoint: z.array(
    z.object({ endpoint: z.string(), count: z.int(), errors: z.int(), averageMs: z.number() }),
  ),
  series: z.array(
    z.object({ start: z.date(), count: z.int(), byOutcome: outcomes, averageMs: z.number().nullable() }),
  ),
  seriesMinutes: z.int().describe('the length of one point of the series'),
  averageMs: z.number().nullable(),
});
export type UsageSummary = z.infer<typeof usageSummary>;

export const usage = {
  /** The usage of one token, or of all, in a range; sums equal the log's. Default: the last 24 hours. */
  summary: reads
    .input(z.object({ tokenId: id.optional(), from: z.date().optional(), to: z.date().optional() }))
    .output(usageSummary),
  /** How many requests each of these tokens made in a range, which is widened to the grain as summary's. */
  totals: reads
    .input(z.object({ tokenIds: z.array(id).min(1).max(1_000), from: z.date(), to: z.date().optional() }))
    .output(z.array(z.object({ tokenId: id, total: z.int() }))),
  /** Requests an hour of the last 24 hours (oldest first), for each token that had any. */
  sparklines: reads.output(z.array(z.object({ tokenId: id, counts: z.array(z.int()).length(24) }))),
};
