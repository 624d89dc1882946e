import { z } from 'zod';
import { changes, id, reads } from '../../base/shapes.ts';

export const limit = z.object({
  requestsPerHour: z.int().min(1).max(1_000_000_000),
  burst: z.object({ requests: z.int().min(1).max(1_000_000_000), seconds: z.int().min(1).max(3_600) }),
});
export type Limit = z.infer<typeof limit>;

export const limitTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('default') }),
  z.object({ kind: z.literal('instance') }),
  z.object({ kind: z.literal('token'), tokenId: id }),
]);
export type LimitTarget = z.infer<typeof limitTarget>;

/** The limits of every kind that a token can be under: those in force, or those on trial beside them. */
const ofEach = z.array(z.object({ tokenId: id, tokenName: z.string(), limit }));

const shown = z.object({
  default: limit,
  instance: limit.nullable().describe('the ceiling of all tokens together, if there is one'),
  tokens: ofEach,
  trials: z
    .object({
      default: limit.nullable().describe('for each token that has no limit of its own'),
      instance: limit.nullable(),
      tokens: ofEach,
    })
    .describe('counted and reported, enforced nowhere'),
});
export type LimitsShown = z.infer<typeof shown>;

const quota = z.object({
  limit: z.int().nullable().describe('null: there is none, it is only counted'),
  seconds: z.int().describe('the period'),
  used: z.int(),
  remaining: z.int().nullable(),
  growsAt: z.date().nullable().describe('when remaining next grows; null: nothing is used'),
});
const standing = z.object({ hour: quota, burst: quota.nullable() });

export const countersQuery = z.object({
  tokenId: id.optional().describe('this token alone, also if it used nothing'),
  search: z.string().max(100).optional().describe('part of the name of a token'),
  limit: z.int().min(1).max(500).default(50),
  offset: z.int().min(0).max(10_000_000).default(0),
});
export type CountersQuery = z.infer<typeof countersQuery>;

export const counters = z.object({
  source: z
    .enum(['gateway', 'log'])
    .describe('log: no gateway runs in this process, so they follow from the log, at most a second late'),
  at: z.date(),
  instance: standing,
  tokens: z
    .array(z.object({ tokenId: id, tokenName: z.string(), ...standing.shape }))
    .describe('those that used something in the last hour, the busiest first'),
  total: z.int().describe('of the tokens that were found, before paging'),
});
export type CountersShown = z.infer<typeof counters>;

export const resetTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('instance') }),
  z.object({ kind: z.literal('token'), tokenId: id }),
]);

const trial = z.boolean().default(false).describe('the limit on trial, in place of the one in force');

export const limits = {
  show: reads.output(shown),
  set: changes.input(z.object({ target: limitTarget, limit, trial })).output(shown),
  /** The default goes back to that of a new instance; a ceiling, an override or a trial goes away. */
  clear: changes.input(z.object({ target: limitTarget, trial })).output(shown),
  /** The limit on trial comes into force, and its trial ends. */
  adopt: changes.input(z.object({ target: limitTarget })).output(shown),
  /** What the trials would have refused in the last 24 hours (widened to the quarter hour). */
  refusedByTrials: reads.output(
    z.object({
      since: z.date(),
      total: z.int(),
      tokens: z.array(
        z.object({ tokenId: id, tokenName: z.string(), byInstance: z.int(), byToken: z.int() }),
      ),
    }),
  ),
  /** How the limits stand, as far as the log knows: at most a second late beside a running gateway. */
  counters: reads.input(countersQuery).output(counters),
  /** Counts from now on only; every gateway on the instance applies it before it admits its next request. */
  reset: changes.input(z.object({ target: resetTarget })).output(z.object({ at: z.date() })),
};
