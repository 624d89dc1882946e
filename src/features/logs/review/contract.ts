import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { REVIEW_PROBLEMS, type ReviewProblemCode } from '../../../base/review-problems.ts';
import { reads } from '../../../base/shapes.ts';
import { logFilter } from '../contract.ts';

const codes = Object.keys(REVIEW_PROBLEMS) as [ReviewProblemCode, ...ReviewProblemCode[]];

export const reviewProblem = z.object({
  code: z.enum(codes),
  line: z.int().nullable().describe('counted from 1; null: it is about the whole file'),
  data: z.record(z.string(), z.union([z.string(), z.number()])),
});

/** What the manifest beside a file says of it, against what was read. */
export const reviewVerdict = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('reading') }),
  z.object({ kind: z.literal('none').describe('no manifest lies beside it') }),
  z.object({ kind: z.literal('unreadable'), detail: z.string() }),
  z.object({ kind: z.literal('matches'), madeAt: z.date(), madeBy: z.string(), filter: logFilter }),
  z.object({
    kind: z.literal('differs'),
    expected: z.object({ rows: z.int(), bytes: z.int(), sha256: z.string() }),
    found: z
      .object({ rows: z.int(), bytes: z.int(), sha256: z.string() })
      .nullable()
      .describe('null: it could not be read to its end'),
    rows: z.int().describe('that were read'),
  }),
]);
export type ReviewVerdict = z.infer<typeof reviewVerdict>;

export const reviewedFile = z.object({
  name: z.string(),
  path: z.string(),
  format: z
    .enum(['ndjson', 'csv', 'har', 'combined', 'json'])
    .nullable()
    .describe('null: not known, or no log'),
  packing: z.enum(['gzip', 'zstd']).nullable(),
  bytes: z.int().describe('on the disk'),
  bytesRead: z.int(),
  rows: z.int(),
  flawedLines: z.int(),
  problems: z.array(reviewProblem).describe('the first of them'),
  hasDurations: z.boolean().describe('false: none of its rows says how long it took'),
  isRead: z.boolean().describe('to its end, or as far as it can be'),
  verdict: reviewVerdict,
});
export type ReviewedFile = z.infer<typeof reviewedFile>;

export const reviewState = z.object({
  files: z.array(reviewedFile),
  rows: z.int(),
  newest: z.date().nullable().describe('when the newest of the requests read so far arrived'),
  isRead: z.boolean(),
  rowsPerSecond: z.int(),
  secondsLeft: z.number().nullable().describe('null: not known yet'),
});
export type ReviewState = z.infer<typeof reviewState>;

/** What is asked of files that are reviewed, beside their log and its usage. */
export const review = {
  /** How far the files are read, again and again until they are. */
  state: reads.output(eventIterator(reviewState)),
};
