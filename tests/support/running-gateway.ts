import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { inject } from 'vitest';
import { type InstancePlace, placeOfFile, placeOfPostgres } from '../../src/db/place.ts';
import type { LogRow } from '../../src/features/logs/contract.ts';
import { type GatewayOptions, startGateway } from '../../src/gateway/start.ts';
import { openInstance } from '../../src/instance.ts';
import { makeDatabase } from './postgres.ts';

/** For tests: an instance in a folder of its own with an admin's client, and gateways on it over real HTTP. */
export async function makeRunning() {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
  const file = join(folder, 'instance.db');
  return { ...(await runningAt(placeOfFile(file), folder)), file };
}

/** For tests: the same on Postgres. `placeOf` is that of another gateway's folder. */
export async function makeRunningOnPostgres() {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
  const url = await makeDatabase(inject('postgres'));
  const keyFile = join(folder, 'instance.key');
  const placeOf = (name: string, by = url) =>
    placeOfPostgres({ url: by, keyFile, dataDir: join(folder, name) });
  return { ...(await runningAt(placeOf('one'), folder)), url, placeOf };
}

async function runningAt(place: InstancePlace, folder: string) {
  const instance = await openInstance({ place, actor: 'os:test' });
  const admin = createRouterClient(instance.router, { context: instance.context });
  const user = await admin.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
  const stops: (() => Promise<void>)[] = [];

  return {
    folder,
    admin,
    user,
    async start(options: Partial<GatewayOptions> = {}) {
      const gateway = await startGateway({
        place,
        host: '127.0.0.1',
        port: 0,
        ...options,
      });
      stops.push(gateway.stop);
      return gateway;
    },
    /** A token of `user`, with everything allowed but what is given. */
    token: (given: Partial<Parameters<typeof admin.tokens.create>[0]> = {}) =>
      admin.tokens.create({ name: 'Test', userId: user.id, scope: 'full', ...given }),
    /** The log's row of a request, once it is there. */
    async logged(requestId: string | null): Promise<LogRow> {
      const deadline = Date.now() + 10_000;
      for (;;) {
        const { items } = await admin.logs.query({ limit: 1_000 });
        const row = items.find((item) => item.requestId === requestId);
        if (row) return row;
        if (Date.now() > deadline) throw new Error(`the log has no row of ${requestId}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async close() {
      for (const stop of stops) await stop();
      await instance.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Running = Awaited<ReturnType<typeof makeRunning>>;

/** For tests: a request with a token. */
export const call = (address: string, path: string, secret: string | null, init: RequestInit = {}) =>
  fetch(address + path, {
    ...init,
    headers: { ...(secret === null ? {} : { authorization: `Bearer ${secret}` }), ...init.headers },
  });

/** For tests: a request with a JSON body. */
export const send = (address: string, method: string, path: string, secret: string | null, body: unknown) =>
  call(address, path, secret, {
    method,
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
