import { z } from 'zod';
import { changes, id, reads } from '../../base/shapes.ts';

export const ipRule = z.object({
  id,
  range: z.string().describe('canonical CIDR'),
  label: z.string(),
  tokens: z
    .array(z.object({ id, name: z.string() }))
    .nullable()
    .describe('null: all API access'),
  createdAt: z.date(),
});
export type IpRule = z.infer<typeof ipRule>;

const ruleFields = z.object({
  range: z.string().trim().min(1).max(64),
  label: z.string().trim().max(100).default(''),
  tokenIds: z.array(id).min(1).max(1_000).nullable().default(null).describe('null: all API access'),
});

/** A client, seen in the last 7 days, that a change would cut off. */
export const cutOff = z.object({
  address: z.string(),
  tokenId: id,
  tokenName: z.string(),
  requests: z.int(),
  lastSeen: z.date(),
});
export type CutOff = z.infer<typeof cutOff>;

const proxyRange = z.object({ range: z.string().trim().min(1).max(64) });
const proxyRanges = z.array(z.string()).max(1_000).describe('canonical CIDR');

export const ipRules = {
  list: reads.output(z.array(ipRule)),
  add: changes.input(ruleFields).output(ipRule),
  /** Several in one step: one after the other, the first alone would cut off whom the next lets in. */
  addAll: changes.input(z.object({ rules: z.array(ruleFields).min(1).max(1_000) })).output(z.array(ipRule)),
  update: changes.input(ruleFields.extend({ id })).output(ipRule),
  remove: changes.input(z.object({ id })).output(z.void()),
  /** What a range means: its canonical form, and whether host bits were set and cleared. */
  parse: reads
    .input(z.object({ range: z.string().max(64) }))
    .output(
      z.object({ range: z.string(), hostBitsCleared: z.boolean(), first: z.string(), last: z.string() }),
    ),
  /** Would this address be let in (for this token), and by which rule? */
  test: reads.input(z.object({ address: z.string().max(64), tokenId: id.optional() })).output(
    z.object({
      allowed: z.boolean(),
      rule: ipRule.nullable(),
      judgedBy: z.enum(['token', 'all', 'none']).describe('whose ranges decided; none: there are no ranges'),
    }),
  ),
  /** Who would be cut off if the rule were added (no id), changed to this (id), or removed (`remove`). */
  impact: reads
    .input(z.object({ id: id.optional(), rule: ruleFields.optional(), remove: z.boolean().default(false) }))
    .output(z.array(cutOff)),
  /** The proxies whose X-Forwarded-For the gateway believes. A new instance has none; each call answers with all. */
  trustedProxies: {
    list: reads.output(proxyRanges),
    add: changes.input(proxyRange).output(proxyRanges),
    remove: changes.input(proxyRange).output(proxyRanges),
  },
};
