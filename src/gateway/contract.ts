import { z } from 'zod';
import { call } from '../base/shapes.ts';
import { counters, countersQuery } from '../features/limits/contract.ts';
import { catalogueSource } from '../features/upstream/contract.ts';

export const gatewayStatus = z.object({
  state: z.enum(['stopped', 'running', 'elsewhere']).describe('elsewhere: another process holds the file'),
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
});
export type GatewayStatus = z.infer<typeof gatewayStatus>;

export const gateway = {
  status: call.output(gatewayStatus),
  start: call
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
  counters: call.input(countersQuery).output(counters),
  stop: call.output(gatewayStatus),
  /** The address of the machine that serves the admin API, as the gateway sees it. */
  ownAddress: call.output(z.object({ address: z.string() })),
};
