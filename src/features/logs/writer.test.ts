import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { DAY, MINUTE, systemClock } from '../../base/clock.ts';
import { placeOfFile } from '../../db/place.ts';

import { DEFAULT_RETENTION } from '../retention/policy.ts';
import { cellsBetween } from '../usage/cell-id.ts';
import { addToRollups } from '../usage/rollup.ts';
import { countRequests } from '../usage/store.ts';
import { openUsage, readUsageNow } from '../usage/usage-file.ts';

import { dayPath, listDays, openDay } from './day-file.ts';
import { Ingester } from './ingest.ts';
import { journalFolder } from './paths.ts';
import { applyRetention } from './retention.ts';
import { dayOf } from './row-ids.ts';
import { segmentPath } from './segments.ts';
import { loggedRecords, makeInstance, makeRecord, openJournalOf } from './testing.ts';
import { startLogWriter } from './writer.ts';
import { runLogWriter } from './writer-loop.ts';
import type { WriterReport } from './writer-messages.ts';

const loggedIds = async (file: string) => (await loggedRecords(file)).map(({ requestId }) => requestId);

const usageTotal = (file: string) => {
  const today = dayOf(Date.now()) * DAY;
  return readUsageNow(file, countRequests(today - DAY, today + 2 * DAY));
};

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 15_000; !(await condition()); await delay(20))
    if (Date.now() > deadline) throw new Error('it did not come true in 15 s');
}

/** A process that journals as fast as it can, beside a log writer, and prints the id of each record it has journalled. */
const CHILD = `(async () => {
  const { startLogWriter } = await import(process.env.AT + '/writer.ts');
  const { makeRecord, openJournalOf } = await import(process.env.AT + '/testing.ts');
  const { placeOfFile } = await import(process.env.AT + '/../../db/place.ts');
  await startLogWriter(placeOfFile(process.env.FILE));
  const journal = openJournalOf(process.env.FILE, { segmentBytes: 200_000 });
  for (;;) {
    await Promise.all(Array.from({ length: 20 }, async () => {
      const record = makeRecord();
      await journal.append(record);
      process.stdout.write(record.requestId + '\\n');
    }));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
})()`;

describe('the log writer thread', () => {
  test('replays before it is ready, brings new rows in by itself, and drains when it closes', async () => {
    const file = await makeInstance();
    const before = openJournalOf(file);
    const first = makeRecord();
    await before.append(first);
    await before.close();
    const writer = await startLogWriter(placeOfFile(file));
    expect(await loggedIds(file)).toEqual([first.requestId]);

    const journal = openJournalOf(file);
    await journal.append(makeRecord());
    await until(async () => (await loggedIds(file)).length === 2);
    const last = makeRecord();
    await journal.append(last);
    await journal.close();
    await writer.close();
    expect(await loggedIds(file)).toContain(last.requestId);
    expect(usageTotal(file)).toBe(3);
  });

  test('says that lines were damaged, and goes on', async () => {
    const file = await makeInstance();
    const journal = openJournalOf(file);
    await journal.append(makeRecord());
    await journal.append(makeRecord());
    await journal.close();
    const path = segmentPath(journalFolder(file), 1);
    const bytes = fs.readFileSync(path);
    bytes[50] = (bytes[50] ?? 0) ^ 1;
    fs.writeFileSync(path, bytes);
    const problems: string[] = [];
    const writer = await startLogWriter(placeOfFile(file), { onProblem: (detail) => problems.push(detail) });
    await writer.close();
    expect(await loggedIds(file)).toHaveLength(1);
    expect(problems).toEqual(['1 damaged lines of the request journal were skipped']);
  });

  test('does not start on a file that is no instance', async () => {
    const file = `${await makeInstance()}.txt`;
    fs.writeFileSync(file, 'not a database, but long enough to be looked at as one'.repeat(50));
    await expect(startLogWriter(placeOfFile(file), { onProblem: () => undefined })).rejects.toThrow(
      'not an SQLite database',
    );
  });

  test('is closed also where its thread had ended by itself and another is being started', async () => {
    const file = await makeInstance();
    const threads: Worker[] = [];
    let started: (() => void) | undefined;
    const onThread = (thread: Worker) => {
      threads.push(thread);
      started?.();
    };
    process.on('worker', onThread);
    const writer = await startLogWriter(placeOfFile(file), { onProblem: () => undefined });
    const another = new Promise<void>((resolve) => {
      started = resolve;
    });
    await threads[0]?.terminate();
    await another;
    await writer.close();
    process.off('worker', onThread);
    expect(threads).toHaveLength(2);
    // What has ended has no number.
    expect(threads.map((thread) => thread.threadId)).toEqual([-1, -1]);
  });

  test('kill -9 under load: every record that was acknowledged is logged once, and the roll-ups agree', async () => {
    const file = await makeInstance();
    const acknowledged: string[] = [];
    for (const enough of [300, 900, 1_500]) {
      const child = spawn(process.execPath, ['-e', CHILD], {
        env: { ...process.env, FILE: file, AT: import.meta.dirname },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const lines = createInterface({ input: child.stdout });
      lines.on('line', (id) => {
        acknowledged.push(id);
        if (acknowledged.length >= enough) child.kill('SIGKILL');
      });
      await Promise.all([once(child, 'close'), once(lines, 'close')]);
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(1_500);
    const writer = await startLogWriter(placeOfFile(file));
    const logged = await loggedIds(file);
    expect(new Set(logged).size).toBe(logged.length);
    const ids = new Set(logged);
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    expect(usageTotal(file)).toBe(logged.length);
    await writer.close();
  }, 120_000);
});

describe('retention', () => {
  test('deletes days older than 30 days, roll-ups by minute with them and by quarter hour after 13 months', async () => {
    const file = await makeInstance();
    const now = Date.UTC(2026, 10, 25, 10);
    const today = dayOf(now);
    for (const day of [today, today - 30, today - 31, today - 400]) openDay(file, day).close();
    const usage = openUsage(file);
    const ages = [30, 31, 390, 400];
    addToRollups(
      usage,
      ages.map((age) => makeRecord({ time: (today - age) * DAY })),
    );
    applyRetention(file, usage, DEFAULT_RETENTION, now);
    const minutes = cellsBetween(MINUTE, 0, now);
    const count = usage.prepare('SELECT count(*) FROM rollup WHERE id >= ? AND id < ?').pluck();
    // One of the token, one of all.
    expect(count.get(...minutes)).toBe(2);
    usage.close();
    expect(listDays(file)).toEqual([today, today - 30]);
    expect(fs.existsSync(dayPath(file, today - 31))).toBe(false);
    const countOn = (age: number) =>
      readUsageNow(file, countRequests((today - age) * DAY, (today - age + 1) * DAY));
    expect(ages.map(countOn)).toEqual([1, 1, 1, 0]);
  });

  test('runs also while there is always more to bring in', async () => {
    const file = await makeInstance();
    const old = dayOf(Date.now()) - 100;
    openDay(file, old).close();
    const journal = openJournalOf(file);
    await journal.append(makeRecord());
    await journal.close();
    const line = fs.readFileSync(segmentPath(journalFolder(file), 1));
    let next = 2;
    let busy = false;
    // Looked at in every turn of the writer: two more segments each time, so that it never comes to an end.
    const now = () => {
      for (let n = 0; busy && n < 2; n++) fs.writeFileSync(segmentPath(journalFolder(file), next++), line);
      return Date.now();
    };
    const clock = { ...systemClock, now };
    const loop = await runLogWriter(new Ingester(file, { clock }), () => undefined, clock);
    busy = true;
    now();
    await until(() => !listDays(file).includes(old));
    busy = false;
    await loop.close();
  });

  test('a clock that jumps ahead takes no more than the days that are old beside the newest row', async () => {
    const file = await makeInstance();
    const jump = { to: 0 };
    const today = dayOf(Date.now());
    const journal = openJournalOf(file);
    for (const age of [29, 33, 0]) await journal.append(makeRecord({ time: Date.now() - age * DAY }));
    await journal.close();
    const clock = { ...systemClock, now: () => Date.now() + jump.to };
    const reports: WriterReport[] = [];
    const loop = await runLogWriter(new Ingester(file, { clock }), (report) => reports.push(report), clock);
    jump.to = 40 * DAY;
    // With the clock, the time of the rows jumps.
    const ahead = openJournalOf(file);
    await ahead.append(makeRecord({ time: clock.now() }));
    await ahead.close();
    await until(() => listDays(file)[0] !== today);
    await loop.close();
    expect(listDays(file).slice(1)).toEqual([today, today - 29]);
    expect(usageTotal(file)).toBe(1);
    expect(reports).toEqual([{ kind: 'ready' }, { kind: 'closed' }]);
  });

  test('a row that was journalled before the clock jumped ahead is brought in after it', async () => {
    const file = await makeInstance();
    const journal = openJournalOf(file);
    const record = makeRecord();
    await journal.append(record);
    await journal.close();
    const ahead = { ...systemClock, now: () => Date.now() + 40 * DAY };
    const loop = await runLogWriter(new Ingester(file, { clock: ahead }), () => undefined, ahead);
    await loop.close();
    expect(await loggedIds(file)).toEqual([record.requestId]);
  });
});
