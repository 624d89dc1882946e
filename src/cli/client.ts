import { userInfo } from 'node:os';
import { createRouterClient } from '@orpc/server';
import { createInsightService } from '../gateway/insight-service.ts';
import { openInstance } from '../instance.ts';

/** Whom the command line acts as on a local file. */
export const localActor = (): string => `os:${userInfo().username}`;

async function open(file: string) {
  const instance = await openInstance({ file, actor: localActor() });
  const router = { ...instance.router, gateway: createInsightService({ file: instance.file }) };
  return { instance, client: createRouterClient(router, { context: instance.context }) };
}

/** The admin API, in this process. */
export type LocalClient = Awaited<ReturnType<typeof open>>['client'];

/** Opens the instance in `file` for as long as `work` takes. */
export async function withInstance<T>(file: string, work: (client: LocalClient) => Promise<T>): Promise<T> {
  const { instance, client } = await open(file);
  try {
    return await work(client);
  } finally {
    await instance.close();
  }
}
