import { z } from 'zod';
import { call, id } from '../../base/shapes.ts';

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

const shown = z.object({
  default: limit,
  instance: limit.nullable().describe('the ceiling of all tokens together, if there is one'),
  tokens: z.array(z.object({ tokenId: id, tokenName: z.string(), limit })),
});
export type LimitsShown = z.infer<typeof shown>;

export const limits = {
  show: call.output(shown),
  set: call.input(z.object({ target: limitTarget, limit })).output(shown),
  /** The default goes back to that of a new instance; a ceiling or an override goes away. */
  clear: call.input(z.object({ target: limitTarget })).output(shown),
};
