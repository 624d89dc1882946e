import fs from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, MINUTE } from '../../base/clock.ts';
import { openSqlite } from '../../db/open.ts';
import { countRequests } from '../usage/store.ts';
import { readUsageNow } from '../usage/usage-file.ts';
import { readCounted } from './counted.ts';
import { dayPath, listDays } from './day-file.ts';
import { DayReader } from './day-reader.ts';
import { Ingester } from './ingest.ts';
import { listKeptSegments } from './kept-segments.ts';
import { journalFolder } from './paths.ts';
import type { LogRecord } from './record.ts';
import { ingestIfIdle } from './replay.ts';
import { dayOf } from './row-ids.ts';
import { addressesSeen } from './seen.ts';
import { listSegments, segmentPath } from './segments.ts';
import { loggedRecords, makeInstance, makeRecord, openJournalOf } from './testing.ts';

/** Noon of today, so that records before and after midnight can be made. */
const NOON = Math.floor(Date.now() / DAY) * DAY + DAY / 2;
const A = '0190f3c0-0000-7000-8000-000000000001';
const B = '0190f3c0-0000-7000-8000-000000000002';

async function write(file: string, records: readonly LogRecord[], segmentBytes = 16 * 2 ** 20) {
  const journal = openJournalOf(file, { segmentBytes });
  for (const record of records) await journal.append(record);
  await journal.close();
}

function drain(file: string) {
  const ingester = new Ingester(file);
  try {
    return ingester.drain();
  } finally {
    ingester.close();
  }
}

const byId = (records: readonly LogRecord[]) =>
  records.toSorted((a, b) => a.requestId.localeCompare(b.requestId));
const usageTotal = (file: string) => readUsageNow(file, countRequests(NOON - 3 * DAY, NOON + 3 * DAY));

function tokenUse(file: string) {
  const db = openSqlite(file);
  const rows = db.prepare('SELECT * FROM token_use ORDER BY token_id').all();
  const changes = db.prepare('SELECT count(*) FROM policy_change').pluck().get();
  db.close();
  return { rows, changes };
}

/** What `readCounted` says of each token in each of the stretches. */
function countsOf(file: string, since: number, stretches: readonly (readonly [number, number])[]) {
  const found: { tokenId: string; counts: number[] }[] = [];
  readCounted(new DayReader(file), since, (tokenId, count) => {
    found.push({ tokenId, counts: stretches.map(([from, to]) => count(from, to)) });
  });
  return found;
}

describe('the log writer', () => {
  test('brings every record into the file of its UTC day, into the roll-ups and last-used', async () => {
    const file = await makeInstance();
    const records = [
      makeRecord({ time: NOON - DAY, address: '10.0.0.1' }),
      makeRecord({ time: NOON, address: '10.0.0.2' }),
      makeRecord({ time: NOON + 1, tokenId: B, address: '::1', status: 404, reason: 'resource.unknown' }),
      makeRecord({ time: NOON + 2, tokenId: B, status: 401, reason: 'token.revoked', counted: false }),
      makeRecord({
        time: NOON + 3,
        tokenId: null,
        tokenName: null,
        endpoint: null,
        tag: null,
        status: 401,
        reason: 'token.missing',
        counted: false,
      }),
    ];
    await write(file, records);
    expect(drain(file)).toEqual({ rows: 5, damaged: 0 });
    expect(await loggedRecords(file)).toEqual(records);
    expect(listDays(file)).toEqual([dayOf(NOON), dayOf(NOON) - 1]);
    expect(usageTotal(file)).toBe(5);
    expect(tokenUse(file)).toEqual({
      rows: [
        { token_id: A, last_used_at: NOON, last_address: '10.0.0.2' },
        { token_id: B, last_used_at: NOON + 1, last_address: '::1' },
      ],
      changes: 0,
    });
    const counted = countsOf(file, NOON, [
      [NOON, NOON + 1],
      [NOON, Number.POSITIVE_INFINITY],
    ]);
    expect(counted).toEqual([
      { tokenId: A, counts: [1, 1] },
      { tokenId: B, counts: [0, 1] },
    ]);
    expect(addressesSeen(file, NOON - 7 * DAY)).toEqual([
      { address: '::1', tokenId: B, tokenName: 'Payroll', requests: 1, lastSeen: NOON + 1 },
      { address: '10.0.0.2', tokenId: A, tokenName: 'Payroll', requests: 1, lastSeen: NOON },
      { address: '10.0.0.1', tokenId: A, tokenName: 'Payroll', requests: 1, lastSeen: NOON - DAY },
    ]);
  });

  test('an address counts as seen where address and credential were good, over the limit or not', async () => {
    const file = await makeInstance();
    const refused = { status: 429, counted: false } as const;
    await write(file, [
      makeRecord({ time: NOON, address: '10.0.0.1', reason: 'limit.burst', ...refused }),
      makeRecord({ time: NOON, address: '10.0.0.2', reason: 'limit.hour', ...refused }),
      // Of a token that is dead: what is limited is the failing, not the token.
      makeRecord({ time: NOON, address: '10.0.0.3', reason: 'limit.unauthenticated', ...refused }),
      makeRecord({ time: NOON, address: '10.0.0.4', status: 403, reason: 'ip.denied', counted: false }),
    ]);
    drain(file);
    expect(
      addressesSeen(file, 0)
        .map((seen) => seen.address)
        .sort(),
    ).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  test('counts what was admitted in any stretch of time, however much it is', async () => {
    const file = await makeInstance();
    const rows = Array.from({ length: 600 }, (_, n) => ({ time: NOON + n * 7, counted: n % 3 > 0 }));
    await write(file, [
      ...rows.map((row) => makeRecord(row)),
      ...rows.slice(-50).map((row) => makeRecord({ ...row, tokenId: B })),
    ]);
    drain(file);
    const since = NOON + 700;
    const at = fc.integer({ min: since, max: NOON + 4_300 });
    fc.assert(
      fc.property(at, fc.oneof(at, fc.constant(Number.POSITIVE_INFINITY)), (from, to) => {
        const among = (list: typeof rows) =>
          list.filter(({ time, counted }) => counted && time >= from && time < to).length;
        expect(countsOf(file, since, [[from, to]])).toEqual([
          { tokenId: A, counts: [among(rows)] },
          { tokenId: B, counts: [among(rows.slice(-50))] },
        ]);
      }),
    );
  });

  test('a denied request never moves last-used, nor where its client left before the answer', async () => {
    const file = await makeInstance();
    const checks = (passed: boolean) => [{ check: 'scope' as const, passed, detail: 'read-only' }];
    const left = { status: 499, reason: 'client.closed' } as const;
    await write(file, [
      makeRecord({ time: NOON, ...left, checks: checks(true) }),
      makeRecord({ time: NOON + 1, ...left, checks: checks(false) }),
      makeRecord({ time: NOON + 2, status: 403, reason: 'scope.method', checks: checks(false) }),
      makeRecord({ time: NOON + 3, ...left, counted: false }),
    ]);
    drain(file);
    expect(tokenUse(file).rows).toMatchObject([{ token_id: A, last_used_at: NOON }]);
  });

  test('last-used never moves back', async () => {
    const file = await makeInstance();
    await write(file, [makeRecord({ time: NOON, address: '1.1.1.1' })]);
    drain(file);
    await write(file, [makeRecord({ time: NOON - MINUTE, address: '2.2.2.2' })]);
    drain(file);
    expect(tokenUse(file).rows).toEqual([{ token_id: A, last_used_at: NOON, last_address: '1.1.1.1' }]);
  });

  test('brings each record in exactly once, wherever it is killed and however often', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 1, maxLength: 8 }), { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 12 }),
        async (starts, kills) => {
          const file = await makeInstance();
          const all: LogRecord[] = [];
          for (const start of starts) {
            const records = start.map((day) => makeRecord({ time: NOON + day * DAY, tokenId: day ? A : B }));
            all.push(...records);
            await write(file, records, 1_500);
            const kill = kills.shift();
            if (kill) killAfterCommit(file, kill);
          }
          for (const kill of kills) killAfterCommit(file, kill);
          drain(file);
          expect(byId(await loggedRecords(file))).toEqual(byId(all));
          expect(usageTotal(file)).toBe(all.length);
          expect(addressesSeen(file, 0).reduce((sum, seen) => sum + seen.requests, 0)).toBe(all.length);
          expect(drain(file)).toEqual({ rows: 0, damaged: 0 });
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);

  test('a roll-up file that was lost is made anew from what the journal still has, and no row comes twice', async () => {
    const file = await makeInstance();
    await write(file, [makeRecord({ time: NOON }), makeRecord({ time: NOON })]);
    drain(file);
    for (const suffix of ['', '-wal', '-shm']) fs.rmSync(`${file}.logs/usage.db${suffix}`, { force: true });
    drain(file);
    expect(await loggedRecords(file)).toHaveLength(2);
    expect(usageTotal(file)).toBe(2);
  });

  test('keeps a segment beside its days once every file has taken it and a later one is there, never the last', async () => {
    const file = await makeInstance();
    await write(
      file,
      Array.from({ length: 10 }, () => makeRecord()),
      2_000,
    );
    expect(listSegments(journalFolder(file)).length).toBeGreaterThan(2);
    const last = listSegments(journalFolder(file)).at(-1);
    drain(file);
    expect(listSegments(journalFolder(file))).toEqual([last]);
    expect(listKeptSegments(file)).toEqual(Array.from({ length: (last ?? 0) - 1 }, (_, n) => n + 1));
    expect(await loggedRecords(file)).toHaveLength(10);
  });

  test('a journal that was deleted goes on behind the recorded positions, without the rows of its last segment', async () => {
    const file = await makeInstance();
    await write(file, [makeRecord()]);
    await write(file, [makeRecord()]);
    drain(file);
    fs.rmSync(journalFolder(file), { recursive: true });
    await write(file, [makeRecord()]);
    expect(drain(file).rows).toBe(1);
    expect(await loggedRecords(file)).toHaveLength(2);
  });

  test('stops at a torn last line, waits while its segment is the last, and goes on in the next', async () => {
    const file = await makeInstance();
    await write(file, [makeRecord({ time: NOON }), makeRecord({ time: NOON + 1 })]);
    const path = segmentPath(journalFolder(file), 1);
    fs.truncateSync(path, fs.statSync(path).size - 20);
    expect(drain(file)).toEqual({ rows: 1, damaged: 0 });
    await write(file, [makeRecord({ time: NOON + 2 })]);
    expect(drain(file)).toEqual({ rows: 1, damaged: 0 });
    expect((await loggedRecords(file)).map((record) => record.time)).toEqual([NOON, NOON + 2]);
  });

  test('a position beyond the end of a segment closes it, and rows whose records are gone are left out', async () => {
    const file = await makeInstance();
    await write(file, [makeRecord({ time: NOON }), makeRecord({ time: NOON + 1 })]);
    drain(file);
    fs.truncateSync(segmentPath(journalFolder(file), 1), 10);
    await write(file, [makeRecord({ time: NOON + 2 })]);
    expect(drain(file)).toEqual({ rows: 1, damaged: 0 });
    expect((await loggedRecords(file)).map((record) => record.time)).toEqual([NOON + 2]);
  });

  test('two rows of the same millisecond and the same place in two segments are both kept', async () => {
    const file = await makeInstance();
    const records = [makeRecord({ time: NOON }), makeRecord({ time: NOON })];
    for (const record of records) await write(file, [record]);
    drain(file);
    expect(byId(await loggedRecords(file))).toEqual(byId(records));
  });

  test('a damaged journal never stops it: every line that was not touched arrives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) }), { maxLength: 12 }),
        async (damages) => {
          const file = await makeInstance();
          const records = Array.from({ length: 12 }, (_, n) => makeRecord({ time: NOON + n }));
          await write(file, records);
          const path = segmentPath(journalFolder(file), 1);
          const bytes = fs.readFileSync(path);
          const lengths = bytes
            .toString('latin1')
            .trimEnd()
            .split('\n')
            .map((line) => line.length + 1);
          const before = Buffer.from(bytes);
          for (const { at, byte } of damages) bytes[at % bytes.length] = byte;
          fs.writeFileSync(path, bytes);
          await write(file, []);
          drain(file);
          let start = 0;
          const untouched = records.filter((_, n) => {
            const end = start + (lengths[n] ?? 0);
            // The newline before a line is part of what it needs.
            const from = Math.max(0, start - 1);
            start = end;
            return bytes.subarray(from, end).equals(before.subarray(from, end));
          });
          const times = new Set((await loggedRecords(file)).map((record) => record.time));
          for (const record of untouched) expect(times).toContain(record.time);
          expect(usageTotal(file)).toBe(times.size);
        },
      ),
      { numRuns: 40 },
    );
  }, 120_000);

  test('skips a line whose checksum holds but which is no record, and counts it', async () => {
    const file = await makeInstance();
    await write(file, [
      makeRecord({ time: NOON }),
      { ...makeRecord(), time: 'now' } as unknown as LogRecord,
      makeRecord({ time: -1 }),
      makeRecord({ time: NOON + 1 }),
    ]);
    expect(drain(file)).toEqual({ rows: 2, damaged: 2 });
  });

  test('does nothing beside a gateway that holds the file', async () => {
    const file = await makeInstance();
    await write(file, [makeRecord()]);
    const { takeFileLock } = await import('../../db/file-lock.ts');
    const lock = takeFileLock(file);
    ingestIfIdle(file);
    expect(await loggedRecords(file)).toHaveLength(0);
    lock?.release();
    ingestIfIdle(file);
    expect(await loggedRecords(file)).toHaveLength(1);
  });

  test('its files are readable for their owner only', async () => {
    const file = await makeInstance();
    await write(file, [makeRecord({ time: NOON })]);
    drain(file);
    expect(fs.statSync(dayPath(file, dayOf(NOON))).mode & 0o777).toBe(0o600);
    expect(fs.statSync(`${file}.logs`).mode & 0o777).toBe(0o700);
  });
});

/** Ingests, and ends as a kill would right after the nth commit of any file. */
function killAfterCommit(file: string, nth: number): void {
  let commits = 0;
  const ingester = new Ingester(file, {
    afterCommit: () => {
      if (++commits === nth) throw new Error('killed');
    },
  });
  try {
    ingester.drain();
  } catch (thrown) {
    if ((thrown as Error).message !== 'killed') throw thrown;
  } finally {
    ingester.close();
  }
}
