import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { inject, onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { placeOfPostgres } from '../../src/db/place.ts';
import { createKeyRing } from '../../src/features/tokens/key-ring.ts';
import { openInstance } from '../../src/instance.ts';
import { testFolder } from './instance.ts';
import { makeDatabase } from './postgres.ts';

/** An instance in a Postgres database of its own, with its key, and a client that asks it as a door does. */
export async function postgresInstance(options: { url?: string; clock?: Clock; actor?: string } = {}) {
  const folder = testFolder();
  const url = options.url ?? (await makeDatabase(inject('postgres')));
  const place = placeOfPostgres({
    url,
    keyFile: join(folder, 'instance.key'),
    dataDir: join(folder, 'gateway'),
  });
  createKeyRing(place);
  const instance = await openInstance({
    place,
    actor: options.actor ?? 'os:tester',
    clock: options.clock ?? systemClock,
  });
  onTestFinished(() => instance.close());
  return { place, url, instance, ask: createRouterClient(instance.router, { context: instance.context }) };
}
