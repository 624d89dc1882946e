import { z } from 'zod';
import { access, id, restrictions } from '../../base/shapes.ts';
import { limit } from '../../features/limits/contract.ts';
import { endpointGrant, scope } from '../../features/tokens/contract.ts';

const MANY = 1_000;

const rangeFields = {
  range: z.string().trim().min(1).max(64),
  label: z.string().trim().max(100).default(''),
  tokenIds: z.array(id).min(1).max(MANY).nullable().default(null).describe('null: all API access'),
};

/** A change of the policy that is not made: any of it alone or together. An empty one is the policy as it is. */
export const draft = z.strictObject({
  limits: z
    .strictObject({
      default: limit.optional(),
      instance: limit.nullable().optional().describe('null: no ceiling'),
      tokens: z
        .array(z.strictObject({ tokenId: id, limit: limit.nullable().describe('null: the default') }))
        .max(MANY)
        .default([]),
    })
    .optional(),
  ipRules: z
    .strictObject({
      add: z.array(z.strictObject(rangeFields)).max(MANY).default([]),
      change: z
        .array(z.strictObject({ id, ...rangeFields }))
        .max(MANY)
        .default([]),
      remove: z.array(id).max(MANY).default([]),
    })
    .optional(),
  tokens: z
    .array(
      z
        .strictObject({
          tokenId: id,
          scope: scope.optional(),
          endpoints: z.array(endpointGrant).max(200).optional().describe('of a limited token'),
          restrictions: restrictions.optional(),
          expiresAt: z.date().nullable().optional().describe('null: never'),
          active: z.boolean().optional(),
          revoked: z.literal(true).optional(),
        })
        .refine((token) => token.scope !== 'limited' || (token.endpoints?.length ?? 0) > 0, {
          path: ['endpoints'],
          message: 'a limited token needs at least one endpoint',
        })
        .refine((token) => token.endpoints === undefined || token.scope === 'limited', {
          path: ['endpoints'],
          message: 'only a limited token has an endpoint list',
        }),
    )
    .max(MANY)
    .default([]),
  users: z
    .array(
      z.strictObject({
        userId: id,
        active: z.boolean().optional(),
        access: access.optional(),
        restrictions: restrictions.optional(),
      }),
    )
    .max(MANY)
    .default([]),
});
export type Draft = z.infer<typeof draft>;
export type DraftInput = z.input<typeof draft>;

/** What a draft would change of so many requests. The last four and those that stay the same sum up to `requests`. */
const counts = z.object({
  requests: z.int(),
  wouldDeny: z.int().describe('let in then, denied with the draft'),
  wouldAllow: z
    .int()
    .describe('denied then, past the gateway with the draft; what the API would say is not known'),
  otherReason: z.int().describe('denied then and with the draft, for another reason'),
  undecidable: z.int().describe('the log does not have what would decide'),
});
export type Counts = z.infer<typeof counts>;

const verdict = z.object({ letIn: z.boolean(), reason: z.string().nullable() });
export const changes = ['deny', 'allow', 'otherReason', 'undecidable'] as const;

const side = z.object({ letIn: z.int(), denied: z.int() });

export const rehearsalResult = counts.extend({
  type: z.literal('result'),
  from: z.date(),
  to: z.date(),
  policyVersion: z.int().describe('what the draft is laid over'),
  unchanged: z.int(),
  kept: z
    .int()
    .describe('among the unchanged: never judged by a known credential, so they keep their verdict'),
  byReason: z.record(z.string(), z.int()).describe('why those would be denied'),
  byFormerReason: z.record(z.string(), z.int()).describe('why those that would be let in were denied'),
  groups: z.object({ tokens: z.int(), users: z.int(), endpoints: z.int() }).describe('how many are affected'),
  byToken: z.array(counts.extend({ tokenId: id, tokenName: z.string() })),
  byUser: z.array(counts.extend({ userId: id, userName: z.string() })),
  byEndpoint: z.array(counts.extend({ endpoint: z.string().nullable() })),
  timeline: z.object({
    minutes: z.int().describe('the length of a point'),
    points: z.array(
      z.object({
        start: z.date(),
        before: side,
        after: side,
        wouldDeny: z.int(),
        wouldAllow: z.int(),
        undecidable: z.int(),
      }),
    ),
  }),
  earlier: z
    .object({ requests: z.int(), wouldDeny: z.int(), wouldAllow: z.int() })
    .describe(
      'recorded under an earlier policy, and what of the changes the policy as it is makes without the draft',
    ),
  clockSetBack: z.int().describe('rows whose order of admission a jump of the wall clock has blurred'),
  examples: z.array(
    z.object({
      change: z.enum(changes),
      requestId: z.string(),
      time: z.date(),
      tokenId: z.string().nullable(),
      tokenName: z.string().nullable(),
      userId: z.string().nullable(),
      address: z.string(),
      method: z.string(),
      path: z.string(),
      endpoint: z.string().nullable(),
      before: verdict,
      after: verdict.nullable().describe('null: undecidable'),
    }),
  ),
});
export type RehearsalResult = z.infer<typeof rehearsalResult>;

export const rehearsalProgress = z.object({
  type: z.literal('progress'),
  requests: z.int().describe('judged so far'),
  part: z.number().min(0).max(1).describe('of the time that is gone through'),
});
export type RehearsalProgress = z.infer<typeof rehearsalProgress>;

export const rehearsal = z.discriminatedUnion('type', [rehearsalProgress, rehearsalResult]);
export type Rehearsal = z.infer<typeof rehearsal>;
