import { userInfo } from 'node:os';
import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import type { contract } from '../contract.ts';
import { placeOfFile } from '../db/place.ts';
import type { insight } from '../gateway/contract.ts';
import { createInsightService } from '../gateway/insight-service.ts';
import { openInstance } from '../instance.ts';
import type { InstanceOptions } from './command.ts';
import { withServer } from './credential.ts';
import { UsageError } from './usage-error.ts';

/** Whom the command line acts as on a local file. */
export const localActor = (): string => `os:${userInfo().username}`;

/** The admin API, but for what starts and stops a gateway: in this process, or a server's. */
export type AdminClient = ContractRouterClient<
  Omit<typeof contract, 'gateway'> & { gateway: typeof insight }
>;

/** Asks the instance that the options name, in `--db` or at `--server`, for as long as `work` takes. */
export async function withInstance<T>(
  { db, server }: InstanceOptions,
  work: (client: AdminClient) => Promise<T>,
): Promise<T> {
  if (server !== undefined && db !== undefined) throw new UsageError('give --db or --server, not both');
  if (server !== undefined) return withServer(server, work);
  if (db === undefined) throw new UsageError('give --db FILE, or --server URL: which instance is meant?');
  const instance = await openInstance({ place: placeOfFile(db), actor: localActor() });
  try {
    const router = { ...instance.router, gateway: createInsightService({ place: instance.place }) };
    return await work(createRouterClient(router, { context: instance.context }));
  } finally {
    await instance.close();
  }
}
