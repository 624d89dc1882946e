import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { changes, id, reads } from '../base/shapes.ts';
import { counters, countersQuery } from '../features/limits/contract.ts';
import { logCheck } from '../features/logs/contract.ts';
import { catalogueSource } from '../features/upstream/contract.ts';
import { draft, rehearsal } from './rehearsal/contract.ts';

export const gatewayShown = z.object({
  id: z.string().describe('empty for that of a file, which has one'),
  name: z.string().describe("its machine's"),
  address: z.string().nullable().describe('http://host:port; null: it has not said it yet'),
  pid: z.int(),
  startedAt: z.date(),
  seenAt: z.date().describe('when it last said that it runs'),
  policyVersion: z.int().nullable().describe('null: not known here'),
  limits: z
    .enum(['own', 'shared', 'suspended', 'unavailable'])
    .describe(
      'own: it counts by itself; shared: with the others; suspended: by itself, as the shared counters are away; unavailable: not at all then',
    ),
  here: z.boolean().describe('it runs in this process'),
  gone: z.boolean().describe('it stopped, or has not been heard of for some seconds'),
});
export type GatewayShown = z.infer<typeof gatewayShown>;

export const gatewayStatus = z.object({
  state: z
    .enum(['stopped', 'running', 'elsewhere'])
    .describe('running: in this process; elsewhere: in others only'),
  address: z.string().nullable().describe('http://host:port'),
  pid: z.int().nullable(),
  startedAt: z.date().nullable(),
  policyVersion: z.int().nullable(),
  place: z
    .object({ host: z.string(), port: z.int() })
    .nullable()
    .describe(
      'where it listens, or listened last, in this process; what start without a host and port takes',
    ),
  trustedProxies: z
    .array(z.string())
    .nullable()
    .describe('given when it was started, beside those of the instance; null: not known here'),
  upstream: catalogueSource.describe('what is proxied to; while stopped, what will be'),
  gateways: z
    .array(gatewayShown)
    .describe('all that run on the instance, and those that did until a day ago; on a file one at most'),
});
export type GatewayStatus = z.infer<typeof gatewayStatus>;

export const gatewayControl = {
  status: reads.output(gatewayStatus),
  start: changes
    .input(
      z.object({
        host: z.string().min(1).max(255).optional().describe('as last time; at first 127.0.0.1'),
        port: z
          .int()
          .min(0)
          .max(65_535)
          .optional()
          .describe('as last time; at first, and for 0, a free port'),
      }),
    )
    .output(gatewayStatus),
  /** How the limits stand: in the gateway that this process runs, else as far as the log knows. */
  counters: reads.input(countersQuery).output(counters),
  stop: changes.output(gatewayStatus),
  /** The address of the machine that serves the admin API, as the gateway sees it. */
  ownAddress: reads.output(z.object({ address: z.string() })),
};

/** A request that is not sent. */
export const explainQuestion = z.strictObject({
  credential: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('token'), tokenId: id }).describe('its newest secret'),
    z.strictObject({ kind: z.literal('secret'), secret: z.string().max(500) }),
    z.strictObject({ kind: z.literal('none') }),
  ]),
  address: z.string().trim().min(1).max(64),
  method: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{1,20}$/, 'a method is a word, as GET'),
  path: z
    .string()
    .trim()
    .max(2_000)
    .regex(/^\/[^\s#]*$/, 'a path begins with / and has no spaces'),
});
export type ExplainQuestion = z.infer<typeof explainQuestion>;

export const explanation = z.object({
  verdict: z.enum(['allow', 'deny']),
  status: z.int().nullable().describe('null: past the gateway, what the API answers is not known'),
  reason: z.string().nullable(),
  code: z.string().nullable().describe('what the client reads as the reason'),
  detail: z.string().nullable(),
  tokenId: z.string().nullable(),
  tokenName: z.string().nullable(),
  userName: z.string().nullable(),
  address: z.string().describe('as it is compared'),
  endpoint: z.string().nullable(),
  checks: z.array(logCheck),
  restrictions: z
    .string()
    .nullable()
    .describe('what the API would narrow it to; null: it does not come so far'),
  headers: z
    .array(z.tuple([z.string(), z.string()]))
    .describe('of the answer, as far as the gateway makes them'),
  countedBy: z
    .enum(['gateway', 'log'])
    .describe("where the limits' counters are from: the running gateway, or the log's last hour"),
  policyVersion: z.int(),
});
export type Explanation = z.infer<typeof explanation>;

/** What the gateway would decide. Nothing is sent, charged or logged. */
export const insight = {
  explain: reads.input(explainQuestion).output(explanation),
  /** Judges the requests of the last days anew with a draft laid over the policy; progress, then the result. */
  rehearse: reads
    .input(z.strictObject({ draft: draft.prefault({}), days: z.int().min(1).max(400).default(7) }))
    .output(eventIterator(rehearsal)),
};

export const gateway = { ...gatewayControl, ...insight };
