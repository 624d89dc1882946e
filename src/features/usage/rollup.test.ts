import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../base/clock.ts';
import { readNow } from '../../db/reads.ts';
import { ALL_TOKENS, cellId, GRAINS, QUARTER, startOf, startOfCell, tokenOfCell } from './cell-id.ts';
import type { Counted } from './cell-sums.ts';
import { forgetBefore } from './forget.ts';
import { fitRange, fitSeries } from './grain.ts';
import { addToRollups, rollUpBefore } from './rollup.ts';
import { endpointsUsed, readCursors, readTotals, summarise } from './store.ts';
import { makeUsageTables } from './usage-file.ts';

const NOW = Date.UTC(2026, 10, 26, 10, 7);
const TOKENS = Array.from({ length: 3 }, (_, n) => `0190f3c0-0000-7000-8000-00000000000${n}`);

function makeFile() {
  const file = new Database(':memory:');
  makeUsageTables(file);
  return file;
}

const request = fc.record({
  time: fc.oneof(fc.integer({ min: NOW - 3 * HOUR, max: NOW }), fc.integer({ min: NOW - 4 * DAY, max: NOW })),
  tokenId: fc.constantFrom(...TOKENS, null),
  endpoint: fc.constantFrom('GET /v1/shifts', 'POST /v1/shifts', null),
  status: fc.constantFrom(200, 404, 403, 429, 500),
  reason: fc.constantFrom('a.reason', 'another', null),
  durationMs: fc.integer({ min: 0, max: 9_000_000 }).map((us) => us / 1_000),
});

const allOf = (file: Database.Database, tokenId: string | null = null) =>
  readNow(file, summarise(tokenId, fitSeries(fitRange(NOW - 5 * DAY, NOW + DAY, NOW), 'UTC'), false));

/** How many requests are in every cell, of coarser grains in those that were made. */
function cellsOf(file: Database.Database) {
  const rows = file.prepare('SELECT id, count FROM rollup ORDER BY id').all() as {
    id: number;
    count: number;
  }[];
  const text = file.prepare('SELECT text FROM label WHERE id = ?').pluck();
  return rows.map(({ id, count }) => ({ id, count, token: text.get(tokenOfCell(id)) ?? '*' }));
}

/** The same by period and token's name, as numbers are given in the order of arrival. */
const named = (file: Database.Database) =>
  cellsOf(file)
    .map(({ id, count, token }) => `${id - tokenOfCell(id)} ${token} ${count}`)
    .sort();

describe('roll-ups', () => {
  test('say the same however the requests came, in whatever order and batches, late or not', () => {
    fc.assert(
      fc.property(
        fc.array(request, { minLength: 1, maxLength: 120 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 }),
        (requests, sizes) => {
          const [inOrder, asTheyCame] = [makeFile(), makeFile()];
          addToRollups(
            inOrder,
            requests.toSorted((a, b) => a.time - b.time),
          );
          for (let at = 0, batch = 0; at < requests.length; batch++) {
            const size = sizes[batch % sizes.length] as number;
            addToRollups(asTheyCame, requests.slice(at, at + size));
            at += size;
          }
          for (const token of [null, ...TOKENS])
            expect(allOf(asTheyCame, token)).toEqual(allOf(inOrder, token));
          expect(allOf(asTheyCame).total).toBe(requests.length);
          for (const file of [inOrder, asTheyCame]) rollUpBefore(file, NOW + 2 * DAY);
          expect(named(asTheyCame)).toEqual(named(inOrder));
          for (const token of [null, ...TOKENS])
            expect(allOf(asTheyCame, token)).toEqual(allOf(inOrder, token));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('of every grain have each request once, of its token and of all', () => {
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 200 }), (requests) => {
        const file = makeFile();
        addToRollups(file, requests);
        rollUpBefore(file, NOW + 2 * DAY);
        for (const grain of GRAINS)
          for (const ofAll of [true, false]) {
            const [first, end] = [cellId(grain, 0, ALL_TOKENS), cellId(grain, NOW + 3 * DAY, ALL_TOKENS)];
            const cells = cellsOf(file).filter(
              ({ id }) => id >= first && id < end && (tokenOfCell(id) === ALL_TOKENS) === ofAll,
            );
            expect(cells.reduce((sum, { count }) => sum + count, 0)).toBe(requests.length);
            const starts = new Set(requests.map(({ time }) => startOf(grain, time)));
            expect(new Set(cells.map(({ id }) => startOfCell(id)))).toEqual(starts);
          }
      }),
      { numRuns: 30 },
    );
  });

  const plain = (time: number, change: Partial<Counted> = {}): Counted => ({
    time,
    tokenId: TOKENS[0] as string,
    endpoint: 'GET /v1/shifts',
    status: 200,
    reason: null,
    durationMs: 2,
    ...change,
  });

  test('are made of finer ones once their period is over, a few with each batch, so that none is written twice', () => {
    const file = makeFile();
    const cursor = () => readNow(file, readCursors()).get(QUARTER) as number;
    const start = startOf(DAY, NOW);
    for (let minute = 0; minute < 15; minute++) addToRollups(file, [plain(start + minute * MINUTE)]);
    expect(cursor()).toBeLessThanOrEqual(cellId(QUARTER, start, ALL_TOKENS));
    addToRollups(file, [plain(start + 15 * MINUTE)]);
    expect(cursor()).toBe(cellId(QUARTER, start + QUARTER, ALL_TOKENS));
    const made = cellsOf(file).filter(({ id }) => id >= cellId(QUARTER, 0, 0));
    expect(made.map(({ count }) => count)).toEqual([15, 15]);
  });

  test('of many tokens are made some tokens at a time, and what is made is read meanwhile', () => {
    const file = makeFile();
    const start = startOf(DAY, NOW);
    const many = Array.from({ length: 2_000 }, (_, n) => `token ${n}`);
    addToRollups(
      file,
      many.map((tokenId, n) => plain(start + (n % 3) * MINUTE, { tokenId })),
    );
    for (let round = 0; round < 8; round++) {
      addToRollups(file, [plain(start + HOUR + round, { tokenId: 'token 0' })]);
      const totals = readNow(file, readTotals(many, fitRange(start, start + 4 * HOUR, NOW)));
      const expected = many.map((_, n) => (n === 0 ? round + 2 : 1));
      expect(totals.map(({ total }) => total)).toEqual(expected);
    }
    expect(readNow(file, readCursors()).get(HOUR)).toBe(cellId(HOUR, start + HOUR, ALL_TOKENS));
  });

  test('know which endpoints a token used, at once; what was denied or limited is no use', () => {
    const file = makeFile();
    const [one, other] = TOKENS as [string, string];
    addToRollups(file, [
      plain(NOW),
      plain(NOW, { endpoint: 'POST /v1/shifts', status: 404, reason: 'resource.unknown' }),
      plain(NOW, { endpoint: 'GET /v1/reports', status: 403, reason: 'scope.endpoint' }),
      plain(NOW, { endpoint: 'GET /v1/users', status: 429, reason: 'limit.hour' }),
      plain(NOW, { endpoint: null, status: 404, reason: 'endpoint.unknown' }),
      plain(NOW, { tokenId: other }),
    ]);
    const used = readNow(file, endpointsUsed([one, other, 'unknown']));
    expect([...used].map(([token, endpoints]) => [token, endpoints.sort()])).toEqual([
      [one, ['GET /v1/shifts', 'POST /v1/shifts']],
      [other, ['GET /v1/shifts']],
      ['unknown', []],
    ]);
  });

  test('are forgotten by minute after they are in quarters, however far rolling up has come', () => {
    const file = makeFile();
    const old = startOf(DAY, NOW) - 31 * DAY;
    addToRollups(file, [plain(old + 5 * HOUR), plain(old + 7 * HOUR)]);
    forgetBefore(file, 'minute', old + DAY);
    expect(cellsOf(file).filter(({ id }) => id < cellId(QUARTER, 0, 0))).toEqual([]);
    expect(readNow(file, readTotals([TOKENS[0] as string], fitRange(old, old + DAY, NOW)))[0]?.total).toBe(2);
    addToRollups(file, [plain(old + 8 * HOUR)]);
    expect(readNow(file, readTotals([TOKENS[0] as string], fitRange(old, old + DAY, NOW)))[0]?.total).toBe(3);
    forgetBefore(file, 'minute', old + DAY);
    forgetBefore(file, 'quarter', old + DAY);
    expect(cellsOf(file)).toEqual([]);
    expect(readNow(file, endpointsUsed([TOKENS[0] as string])).get(TOKENS[0] as string)).toEqual([]);
  });
});
