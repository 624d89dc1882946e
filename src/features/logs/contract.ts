import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { changes, id, name, outcomes, reads } from '../../base/shapes.ts';

/** Which rows: a stretch of time, and a query as base/log-query writes and reads it. */
export const logFilter = z.object({
  from: z.date().optional().describe('inclusive'),
  to: z.date().optional().describe('exclusive'),
  query: z
    .string()
    .max(4_000)
    .optional()
    .describe('as status:429 token:"Payroll" path:/v1/shifts* ms:>200; without it every row'),
});
export type LogFilter = z.infer<typeof logFilter>;

export const logRow = z.object({
  requestId: z.string(),
  time: z.date(),
  tokenId: z.string().nullable(),
  tokenName: z.string().nullable(),
  userName: z.string().nullable(),
  address: z.string(),
  method: z.string(),
  path: z.string().describe('with its query, after redaction'),
  endpoint: z.string().nullable(),
  status: z.int(),
  reason: z.string().nullable(),
  durationMs: z.number(),
  bytesIn: z.int(),
  bytesOut: z.int(),
  userAgent: z.string(),
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
  query: z.string(),
  upstreamMs: z.number().nullable(),
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

export const facetField = z.enum(['token', 'user', 'endpoint', 'method', 'status', 'reason', 'address']);
export type FacetField = z.infer<typeof facetField>;

/** The counts of a filter's rows. They grow from the newest row back until `complete`. */
export const logOverview = z.object({
  from: z.date().describe('of the first bar: what was asked for, or when the oldest row arrived'),
  to: z.date().describe('exclusive: what was asked for, or when it was asked'),
  total: z.int(),
  byOutcome: outcomes,
  bars: z
    .array(z.object({ start: z.date(), end: z.date(), byOutcome: outcomes }))
    .describe('of equal length by the wall clock of the zone; the first and the last are cut to the range'),
  facets: z.array(
    z.object({
      field: facetField,
      values: z
        .array(
          z.object({
            value: z.string().nullable().describe('as a query compares it; null: rows that have none'),
            label: z.string().nullable().describe('a name for it, where the value is an id'),
            count: z.int(),
          }),
        )
        .describe('those with most rows, most first'),
      others: z.int().describe('rows with any other value'),
    }),
  ),
  complete: z.boolean().describe('false: what is counted reaches back to countedTo'),
  countedTo: z.date(),
});
export type LogOverview = z.infer<typeof logOverview>;

/** A view of the log that somebody gave a name, for everyone who uses the instance. */
export const logView = z.object({
  id,
  name,
  query: z.string().max(4_000),
  range: z.string().max(80).nullable().describe('a preset as "24h", or "FROM..TO" in ISO 8601; null: all'),
  columns: z.array(z.string().max(20)).max(30).nullable().describe('null: those it begins with'),
  createdBy: z.string(),
});
export type LogView = z.infer<typeof logView>;

export const logs = {
  /**
   * A page in the order of arrival; `cursor` is the last page's `nextCursor`. A page may have fewer rows than asked for, or
   * none, and yet be followed by others: a search that has to read the rows answers after a while with what it has found.
   */
  query: reads
    .input(
      z.object({
        filter: logFilter.default({}),
        order: z.enum(['newest', 'oldest']).default('newest'),
        cursor: z.string().max(200).optional(),
        limit: z.int().min(1).max(1_000).default(100),
      }),
    )
    .output(
      z.object({
        items: z.array(logRow),
        nextCursor: z.string().nullable().describe('null: there is no further row'),
        searchedTo: z.date().nullable().describe('how far the search has come; null: through'),
      }),
    ),
  get: reads.input(z.object({ requestId: z.string().max(64) })).output(logDetail),
  /** The counts of a filter's rows, again and again as they grow; the last is complete. */
  overview: reads
    .input(
      z.object({
        filter: logFilter.default({}),
        bars: z.int().min(1).max(400).default(60).describe('about how many'),
        zone: z.string().max(60).default('UTC').describe('an IANA time zone, for bars of an hour and more'),
        facets: z.array(facetField).default([]),
        top: z.int().min(1).max(200).default(10),
      }),
    )
    .output(eventIterator(logOverview)),
  /** The rows that arrive from now on, some at a time, in the order in which they enter the log. */
  tail: reads
    .input(z.object({ filter: logFilter.pick({ query: true }).default({}) }))
    .output(eventIterator(z.object({ items: z.array(logRow) }))),
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
  views: {
    list: reads.output(z.array(logView)),
    /** Saves a view under a name, in the place of one that has it. */
    save: changes.input(logView.omit({ id: true, createdBy: true })).output(logView),
    remove: changes.input(z.object({ id })).output(z.void()),
  },
};
