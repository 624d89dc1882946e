import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { id, reads } from '../../base/shapes.ts';

export const logFilter = z.object({
  from: z.date().optional().describe('inclusive'),
  to: z.date().optional().describe('exclusive'),
  tokenId: id.optional(),
  endpoint: z.string().max(300).optional().describe('as "GET /v1/shifts/{id}", or a tag'),
  status: z
    .string()
    .regex(/^[1-5](xx|\d\d)$/, 'a status is a code (429) or a class (4xx)')
    .optional(),
  reason: z.string().max(40).optional(),
});
export type LogFilter = z.infer<typeof logFilter>;

export const logRow = z.object({
  requestId: z.string(),
  time: z.date(),
  tokenId: z.string().nullable(),
  tokenName: z.string().nullable(),
  address: z.string(),
  method: z.string(),
  path: z.string().describe('with its query, after redaction'),
  endpoint: z.string().nullable(),
  status: z.int(),
  reason: z.string().nullable(),
  durationMs: z.number(),
  interrupted: z.boolean().describe('its process ended before the answer was complete'),
});
export type LogRow = z.infer<typeof logRow>;

const headers = z.array(z.tuple([z.string(), z.string()]));
const body = z.object({
  type: z.string(),
  bytes: z.int(),
  text: z.string().nullable().describe('null: not stored, only its type and size'),
});

/** One check of the decision: what was compared, and whether it let the request through. */
export const logCheck = z.object({
  check: z.enum([
    'credential',
    'address',
    'limits',
    'endpoint',
    'scope',
    'request',
    'restrictions',
    'upstream',
  ]),
  passed: z.boolean(),
  detail: z.string(),
  owner: z
    .enum(['token', 'user', 'default', 'instance', 'all'])
    .optional()
    .describe(
      'whose rule decided: of this token, its user, every token by default, the instance, all API access',
    ),
});

export const logDetail = logRow.extend({
  peer: z.string().nullable().describe('the trusted proxy that the request came through, if any'),
  userId: z.string().nullable(),
  userName: z.string().nullable(),
  query: z.string(),
  upstreamMs: z.number().nullable(),
  bytesIn: z.int(),
  bytesOut: z.int(),
  userAgent: z.string(),
  policyVersion: z.int(),
  secretId: z.string().nullable(),
  secretPrefix: z.string().nullable().describe("the first characters of the token's secret that was shown"),
  request: z.object({ headers, body: body.nullable() }),
  response: z.object({ headers, body: body.nullable() }),
  checks: z.array(logCheck),
  limits: z
    .object({ limit: z.int(), remaining: z.int(), reset: z.int() })
    .nullable()
    .describe('what the X-RateLimit headers said'),
  trial: z
    .enum(['instance.hour', 'instance.burst', 'token.hour', 'token.burst'])
    .nullable()
    .describe('the limit on trial that would have refused it'),
  removed: z.array(z.string()).describe('what redaction took out, as "header authorization"'),
  aborted: z
    .enum(['client', 'upstream', 'gateway'])
    .nullable()
    .describe('who ended a streamed answer before its end'),
});
export type LogDetail = z.infer<typeof logDetail>;

export const exportFormat = z.enum(['ndjson', 'csv', 'har']);
export type ExportFormat = z.infer<typeof exportFormat>;

/** What goes with an exported file, so that who has it alone knows what it is and whether it is whole. */
export const logManifest = z.object({
  gatehouse: z.literal('log export'),
  version: z.string().describe('of Gatehouse'),
  instance: z.string().describe('its id'),
  format: exportFormat,
  filter: logFilter,
  zone: z.literal('UTC').describe('of every time in the file'),
  madeAt: z.date(),
  madeBy: z.string(),
  rows: z.int(),
  bytes: z.int().describe('of the file before it is compressed'),
  sha256: z.string().describe('of the same, hexadecimal'),
  redaction: z.string(),
  auditHead: z
    .object({ seq: z.int(), mac: z.string() })
    .describe('the last entry of the audit log, which is the one about this export'),
});
export type LogManifest = z.infer<typeof logManifest>;

export const logs = {
  /** Newest first, a page at a time; `cursor` is the last page's `nextCursor`. */
  query: reads
    .input(
      z.object({
        filter: logFilter.default({}),
        cursor: z.string().max(200).optional(),
        limit: z.int().min(1).max(1_000).default(100),
      }),
    )
    .output(z.object({ items: z.array(logRow), nextCursor: z.string().nullable() })),
  get: reads.input(z.object({ requestId: z.string().max(64) })).output(logDetail),
  /**
   * The rows of a filter as a file, in pieces of text, oldest first; then its manifest, without which it is not whole.
   * NDJSON carries the whole detail, HAR 1.2 what tools for HTTP read.
   */
  download: reads
    .input(z.object({ filter: logFilter.default({}), format: exportFormat }))
    .output(
      eventIterator(
        z.union([z.object({ text: z.string(), rows: z.int() }), z.object({ manifest: logManifest })]),
      ),
    ),
};
