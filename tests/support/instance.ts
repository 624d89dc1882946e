import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient, safe } from '@orpc/server';
import { inject, onTestFinished } from 'vitest';
import type { Clock } from '../../src/base/clock.ts';
import { type InstancePlace, placeOfFile, placeOfPostgres } from '../../src/db/place.ts';
import { openInstance } from '../../src/instance.ts';
import { makeDatabase } from './postgres.ts';

/** A folder for the running test, removed at its end. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A clock that stands still until it is moved. */
export interface HandClock extends Clock {
  move(ms: number): void;
}

export function handClock(start = Date.UTC(2026, 10, 24, 12)): HandClock {
  let time = start;
  return {
    now: () => time,
    monotonic: () => time,
    move: (ms) => {
      time += ms;
    },
  };
}

/** What an instance can be in; a suite over both is `describe.each(ENGINES)`. */
export const ENGINES = ['sqlite', 'postgres'] as const;
export type Engine = (typeof ENGINES)[number];

/** A place with nothing in it yet: a file, or a database with a key file and a data folder. */
export async function freshPlace(engine: Engine): Promise<InstancePlace> {
  const folder = testFolder();
  if (engine === 'sqlite') return placeOfFile(join(folder, 'instance.db'));
  const url = await makeDatabase(inject('postgres'));
  return placeOfPostgres({ url, keyFile: join(folder, 'instance.key'), dataDir: join(folder, 'data') });
}

interface TestInstanceOptions {
  clock?: Clock;
  actor?: string;
}

/** An instance at a place, and a client that asks it as a door does. */
export async function instanceAt(place: InstancePlace, options: TestInstanceOptions = {}) {
  const instance = await openInstance({
    place,
    actor: options.actor ?? 'os:tester',
    clock: options.clock ?? handClock(),
  });
  onTestFinished(() => instance.close());
  return { instance, ask: createRouterClient(instance.router, { context: instance.context }) };
}

/** An instance of its own in a real database of that engine, and a client that asks it as a door does. */
export async function testInstanceOn(engine: Engine, options: TestInstanceOptions = {}) {
  const place = await freshPlace(engine);
  return { place, ...(await instanceAt(place, options)) };
}

/** An instance in a real SQLite file, and a client that asks it as a door does. */
export async function testInstance(options: TestInstanceOptions & { file?: string } = {}) {
  const file = options.file ?? join(testFolder(), 'instance.db');
  return { file, ...(await instanceAt(placeOfFile(file), options)) };
}

/** The code and data of the fault that a call was refused with; fails if it was not. */
export async function refusal(call: Promise<unknown>): Promise<{ code: string; data: unknown }> {
  const { error } = await safe(call as Promise<unknown>);
  if (!error) throw new Error('the call was not refused');
  if ('code' in error && ['FAULT', 'DENIED'].includes(error.code as string) && 'data' in error)
    return error.data as { code: string; data: unknown };
  throw error;
}
