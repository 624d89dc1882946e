import { userInfo } from 'node:os';
import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import type { contract } from '../contract.ts';
import type { insight } from '../gateway/contract.ts';
import { createInsightService } from '../gateway/insight-service.ts';
import { openInstance } from '../instance.ts';
import type { InstanceOptions } from './command.ts';
import { withServer } from './credential.ts';
import { placeOf } from './place.ts';
import { UsageError } from './usage-error.ts';

/** Whom the command line acts as on an instance that it opens itself. */
export const localActor = (): string => `os:${userInfo().username}`;

/** The admin API, but for what starts and stops a gateway: in this process, or a server's. */
export type AdminClient = ContractRouterClient<
  Omit<typeof contract, 'gateway'> & { gateway: typeof insight }
>;

/** Asks the instance that the options name, in `--db` or at `--server`, for as long as `work` takes. */
export async function withInstance<T>(
  { db, keyFile, server }: InstanceOptions,
  work: (client: AdminClient) => Promise<T>,
): Promise<T> {
  if (server !== undefined && db !== undefined) throw new UsageError('give --db or --server, not both');
  if (server !== undefined && keyFile !== undefined)
    throw new UsageError('--key-file goes with --db: a server has its keys');
  if (server !== undefined) return withServer(server, work);
  if (db === undefined)
    throw new UsageError('give --db FILE, --db postgres://… or --server URL: which instance is meant?');
  const instance = await openInstance({ place: placeOf({ db, keyFile }), actor: localActor() });
  try {
    const router = { ...instance.router, gateway: createInsightService({ place: instance.place }) };
    return await work(createRouterClient(router, { context: instance.context }));
  } finally {
    await instance.close();
  }
}
