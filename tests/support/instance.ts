import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient, safe } from '@orpc/server';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src/base/clock.ts';
import { placeOfFile } from '../../src/db/place.ts';
import { openInstance } from '../../src/instance.ts';

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

/** An instance in a real SQLite file, and a client that asks it as a door does. */
export async function testInstance(options: { file?: string; clock?: Clock; actor?: string } = {}) {
  const file = options.file ?? join(testFolder(), 'instance.db');
  const instance = await openInstance({
    place: placeOfFile(file),
    actor: options.actor ?? 'os:tester',
    clock: options.clock ?? handClock(),
  });
  onTestFinished(() => instance.close());
  return { file, instance, ask: createRouterClient(instance.router, { context: instance.context }) };
}

/** The code and data of the fault that a call was refused with; fails if it was not. */
export async function refusal(call: Promise<unknown>): Promise<{ code: string; data: unknown }> {
  const { error } = await safe(call as Promise<unknown>);
  if (!error) throw new Error('the call was not refused');
  if ('code' in error && ['FAULT', 'DENIED'].includes(error.code as string) && 'data' in error)
    return error.data as { code: string; data: unknown };
  throw error;
}
