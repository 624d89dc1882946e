import { expect, test } from 'vitest';
import { DAY } from '../../base/clock.ts';
import type { SqliteFile } from '../../db/open.ts';
import type { LogFilter } from './contract.ts';
import { openDay, rowId } from './day-file.ts';
import { queryDay } from './day-query.ts';
import { makeInstance } from './testing.ts';

const DAY_NUMBER = 20_000;
const STATUSES = [200, 200, 200, 201, 204, 304, 404, 429, 500];

/** The file of a day with 900 rows, each status a hundred times. */
async function makeDay(): Promise<SqliteFile> {
  const file = openDay(await makeInstance(), DAY_NUMBER);
  const insert = file.prepare('INSERT INTO request VALUES (?, NULL, NULL, ?, NULL, 1, ?)');
  file.transaction(() => {
    for (let n = 0; n < 900; n++) {
      const status = STATUSES[n % STATUSES.length];
      insert.run(rowId(DAY_NUMBER, DAY_NUMBER * DAY + n, 0), status, String(status));
    }
  })();
  return file;
}

const newest = { from: 0, to: Number.MAX_SAFE_INTEGER, order: 'newest', limit: 50 } as const;

test('a status other than 200 is looked up in an index, never searched for in all rows', async () => {
  const file = await makeDay();
  const asked: string[] = [];
  const watched = new Proxy(file, {
    get: (target, name) =>
      name === 'prepare'
        ? (sql: string) => {
            asked.push(sql);
            return target.prepare(sql);
          }
        : Reflect.get(target, name),
  });
  for (const status of ['1xx', '3xx', '4xx', '5xx', '201', '204', '301', '304', '404', '500', '503']) {
    const rows = queryDay(watched, { status }, newest);
    expect(rows.length).toBe(STATUSES.some((one) => matches(one, status)) ? 50 : 0);
    for (const row of rows) expect(matches(Number(row.detail), status)).toBe(true);
  }
  expect(asked.length).toBeGreaterThan(20);
  for (const sql of asked.filter((text) => text.includes('request'))) {
    const plan = file
      .prepare<number[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...Array.from(sql.matchAll(/\?/g), () => 0));
    for (const { detail } of plan) expect(detail).not.toMatch(/^SCAN request$/);
    if (sql.includes('ORDER BY')) expect(plan[0]?.detail).toMatch(/\(status=\? AND id>\? AND id<\?\)/);
  }
  file.close();
});

test.each([[''], ['DROP INDEX request_cut']])(
  'a reason is found at failures and at answers that were cut off (%s)',
  async (before) => {
    const file = await makeDay();
    file.exec(`INSERT INTO reason VALUES (1, 'client.closed'), (2, 'token.revoked'); ${before}`);
    const insert = file.prepare('INSERT INTO request VALUES (?, NULL, NULL, ?, ?, 1, ?)');
    for (const [n, status, reason] of [
      [1, 499, 1],
      [2, 200, 1],
      [3, 206, 1],
      [4, 200, 2],
      [5, 401, 2],
    ] as const)
      insert.run(rowId(DAY_NUMBER, DAY_NUMBER * DAY + n, 7), status, reason, `${status} ${reason}`);
    const found = (filter: LogFilter) => queryDay(file, filter, newest).map(({ detail }) => detail);
    expect(found({ reason: 'client.closed' })).toEqual(['206 1', '200 1', '499 1']);
    expect(found({ reason: 'client.closed', status: '2xx' })).toEqual(['206 1', '200 1']);
    expect(found({ reason: 'token.revoked', status: '200' })).toEqual(['200 2']);
    expect(found({ reason: 'token.revoked', status: '4xx' })).toEqual(['401 2']);
    file.close();
  },
);

test('a day that was written before there was an index of rare statuses answers as well', async () => {
  const file = await makeDay();
  file.exec('DROP INDEX request_rare');
  for (const status of ['201', '3xx']) {
    const rows = queryDay(file, { status }, newest);
    expect(rows).toHaveLength(50);
    for (const row of rows) expect(matches(Number(row.detail), status)).toBe(true);
  }
  file.close();
});

const matches = (status: number, wanted: string): boolean =>
  wanted.endsWith('xx') ? String(status)[0] === wanted[0] : String(status) === wanted;
