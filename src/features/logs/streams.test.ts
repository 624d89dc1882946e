import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY } from '../../base/clock.ts';
import { openSqlite } from '../../db/open.ts';
import { countRequests } from '../usage/store.ts';
import { readUsageNow, usagePath } from '../usage/usage-file.ts';
import { detailOf } from './detail.ts';
import { lastSegment } from './furthest.ts';
import { Ingester } from './ingest.ts';
import type { LogRecord } from './record.ts';
import { addressesSeen } from './seen.ts';
import { loggedRecords, makeInstance, makeRecord, openJournalOf } from './testing.ts';

const NOON = Math.floor(Date.now() / DAY) * DAY + DAY / 2;

const usageTotal = (file: string) => readUsageNow(file, countRequests(NOON - 3 * DAY, NOON + 3 * DAY));
const byId = (records: readonly LogRecord[]) =>
  records.toSorted((a, b) => a.requestId.localeCompare(b.requestId));

const opened = (change: Partial<LogRecord> = {}) =>
  makeRecord({ time: NOON, phase: 'open', bytesOut: 0, ...change });
const completed = (open: LogRecord): LogRecord => ({
  ...open,
  phase: 'complete',
  bytesOut: 7,
  aborted: null,
});

async function write(file: string, records: readonly LogRecord[], segmentBytes?: number) {
  const journal = openJournalOf(file, segmentBytes === undefined ? {} : { segmentBytes });
  for (const record of records) await journal.append(record);
  await journal.close();
}

function openAnswers(file: string): unknown {
  const usage = openSqlite(usagePath(file));
  const count = usage.prepare('SELECT count(*) FROM open_answer').pluck().get();
  usage.close();
  return count;
}

/** Drains; with `kill`, ends at the n-th commit of any file, as a kill would. */
function drain(file: string, kill?: number): void {
  let left = kill;
  const afterCommit = () => {
    if (left !== undefined && --left === 0) throw new Error('killed');
  };
  const ingester = new Ingester(file, { afterCommit });
  try {
    ingester.drain();
  } catch (thrown) {
    if ((thrown as Error).message !== 'killed') throw thrown;
  } finally {
    ingester.close();
  }
}

test('a streamed answer enters with its second line, whole, and once', async () => {
  const file = await makeInstance();
  const open = opened();
  const journal = openJournalOf(file);
  const ingester = new Ingester(file, { endedThrough: lastSegment(file) - 1 });
  await journal.append(open);
  ingester.drain();
  expect(await loggedRecords(file)).toEqual([]);
  expect(openAnswers(file)).toBe(1);
  await journal.append(completed(open));
  ingester.drain();
  expect(await loggedRecords(file)).toEqual([completed(open)]);
  expect(usageTotal(file)).toBe(1);
  expect(openAnswers(file)).toBe(0);
  await journal.close();
  ingester.close();
});

test('what a process left unfinished enters as interrupted; what a living one streams does not', async () => {
  const file = await makeInstance();
  const left = opened({ requestId: 'left' });
  await write(file, [left]);
  const boundary = lastSegment(file);
  const journal = openJournalOf(file);
  await journal.append(opened({ requestId: 'running' }));
  // As a log writer's thread that is started anew in the process that streams.
  const ingester = new Ingester(file, { endedThrough: boundary });
  ingester.drain();
  ingester.close();
  expect(await loggedRecords(file)).toEqual([{ ...left, phase: 'interrupted' }]);
  expect(detailOf((await loggedRecords(file))[0] as LogRecord).interrupted).toBe(true);
  expect(openAnswers(file)).toBe(1);
  await journal.close();
});

test('a token is used when its streamed answer begins', async () => {
  const file = await makeInstance();
  await write(file, [opened()]);
  drain(file);
  const main = openSqlite(file);
  expect(main.prepare('SELECT last_used_at FROM token_use').pluck().all()).toEqual([NOON]);
  main.close();
});

test('each enters exactly once, wherever it is killed, however lines and segments lie', async () => {
  const kind = fc.constantFrom('buffered', 'streamed', 'left');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(kind, { minLength: 1, maxLength: 6 }), { maxLength: 4 }),
      fc.array(fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }), { maxLength: 8 }),
      async (starts, kills) => {
        const file = await makeInstance();
        const expected: LogRecord[] = [];
        for (const start of starts) {
          const first: LogRecord[] = [];
          const second: LogRecord[] = [];
          for (const one of start) {
            const record = one === 'buffered' ? makeRecord({ time: NOON }) : opened();
            first.push(record);
            if (one === 'streamed') second.push(completed(record));
            expected.push(
              one === 'buffered'
                ? record
                : one === 'streamed'
                  ? completed(record)
                  : { ...record, phase: 'interrupted' },
            );
          }
          await write(file, [...first, ...second], 2_500);
          drain(file, kills.shift());
        }
        for (const kill of kills) drain(file, kill);
        drain(file);
        expect(byId(await loggedRecords(file))).toEqual(byId(expected));
        expect(usageTotal(file)).toBe(expected.length);
        expect(addressesSeen(file, 0).reduce((sum, seen) => sum + seen.requests, 0)).toBe(expected.length);
        expect(openAnswers(file)).toBe(0);
      },
    ),
    { numRuns: 30 },
  );
}, 120_000);
