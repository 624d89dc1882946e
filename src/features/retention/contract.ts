import { z } from 'zod';
import { changes, reads } from '../../base/shapes.ts';

/** Where usage is asked for by the minute, that long is what there is; see features/usage/grain.ts. */
export const LEAST_ROLLUP_DAYS = 31;
export const MOST_DAYS = 3_650;
export const LEAST_BYTES = 64 * 2 ** 20;
const MOST_BYTES = 2 ** 50;

/** How long the request log and its sums are kept. The rows of the last hour always are: the limits follow from them. */
export const retentionPolicy = z.object({
  rawDays: z.int().min(1).max(MOST_DAYS).describe('how many days a row of the log is kept'),
  rollupDays: z
    .int()
    .min(LEAST_ROLLUP_DAYS)
    .max(MOST_DAYS)
    .describe('how many days what usage sums up is kept: usage reaches back further than the log'),
  maxBytes: z
    .int()
    .min(LEAST_BYTES)
    .max(MOST_BYTES)
    .nullable()
    .describe('the oldest days of the log go where it takes more on the disk; null: it may take any'),
});
export type RetentionPolicy = z.infer<typeof retentionPolicy>;

const retentionShown = retentionPolicy.extend({
  logBytes: z.int().describe('what the rows of the log take on the disk now'),
  oldestRow: z.date().nullable().describe('when the oldest row arrived; null: there is none'),
});
export type RetentionShown = z.infer<typeof retentionShown>;

export const retention = {
  show: reads.output(retentionShown),
  /** What is no longer kept is deleted within some ten minutes, where a gateway runs; a day at a time. */
  set: changes.input(retentionPolicy).output(retentionShown),
};
