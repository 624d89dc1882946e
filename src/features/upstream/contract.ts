import { z } from 'zod';
import { changes, reads } from '../../base/shapes.ts';

/** Seconds; the longest is a day. */
const seconds = z.int().min(1).max(86_400);

/** How the gateway reaches an API of one's own, and what it says about itself. */
export const upstreamSettings = z.object({
  url: z.string().max(2_000).describe('http or https, without credentials, query and fragment'),
  openApiFile: z.string().min(1).max(4_000).describe('absolute path, on the machine of the gateway'),
  allowAddresses: z
    .array(z.string().max(100))
    .max(100)
    .default([])
    .describe('CIDR ranges that the upstream may be in although they are on the deny list'),
  connectSeconds: seconds.default(5),
  headersSeconds: seconds.default(60).describe('from the end of the request to the head of the answer'),
  idleSeconds: seconds.default(60).describe('between two pieces of the answer’s body'),
});
export type UpstreamSettings = z.infer<typeof upstreamSettings>;

/** What the endpoints of tokens, filters and the gateway are taken from. */
export const catalogueSource = z.object({
  kind: z.enum(['built-in', 'proxied']),
  url: z.string().nullable(),
  openApiFile: z.string().nullable(),
  endpoints: z.int(),
  tags: z.int(),
});
export type CatalogueSource = z.infer<typeof catalogueSource>;

const upstreamView = z.object({
  settings: upstreamSettings.nullable().describe('null: the built-in Shifts API'),
  catalogue: catalogueSource.describe('of the gateway that runs, else of the one that will'),
});

export const upstream = {
  get: reads.output(upstreamView),
  /** In force when the gateway starts next; its `serve --upstream …` comes before. The document is read now. */
  set: changes.input(upstreamSettings).output(upstreamView),
  /** Back to the built-in Shifts API. */
  clear: changes.output(upstreamView),
};
