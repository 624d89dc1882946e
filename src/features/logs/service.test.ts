import { createHash } from 'node:crypto';
import { createRouterClient } from '@orpc/server';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY, SECOND } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import { localOwner } from '../answer-faults.ts';
import type { AuditLog, Recorded } from '../audit/audit-log.ts';
import { engines, type TestLog } from './both-engines.ts';
import type { LogFilter, LogManifest } from './contract.ts';
import { csvCell } from './csv.ts';
import type { LogRecord } from './record.ts';
import { createLogsService } from './service.ts';
import { makeRecord } from './testing.ts';

const NOON = Math.floor(Date.now() / DAY) * DAY - DAY / 2;
const TOKENS = [1, 2, 3].map((n) => `0190f3c0-0000-7000-8000-00000000000${n}`);
const ENDPOINTS = [
  { endpoint: 'GET /v1/shifts', tag: 'shifts' },
  { endpoint: 'POST /v1/shifts', tag: 'shifts' },
  { endpoint: 'GET /v1/employees/{id}', tag: 'employees' },
  { endpoint: null, tag: null },
];
const ANSWERS = [
  { status: 200, reason: null },
  { status: 201, reason: null },
  { status: 403, reason: 'scope.method' },
  { status: 403, reason: 'ip.denied' },
  { status: 404, reason: 'endpoint.unknown' },
  { status: 429, reason: 'limit.burst' },
  { status: 500, reason: 'gateway.failed' },
] as const;

const all: LogRecord[] = Array.from({ length: 400 }, (_, n) =>
  makeRecord({
    // Three days; now and then two in the same millisecond.
    time: NOON - Math.floor(n / 2) * 1_000_003,
    tokenId: n % 11 === 0 ? null : (TOKENS[n % 3] as string),
    ...(ENDPOINTS[(n * 7) % 4] as (typeof ENDPOINTS)[number]),
    ...(ANSWERS[(n * 5) % 7] as (typeof ANSWERS)[number]),
    query: n % 2 ? `page=${n}` : '',
  }),
);
/** What was said to the audit log, in order. */
const noted: Recorded[] = [];
const note: AuditLog['note'] = async (_, recorded) => ({ seq: noted.push(recorded), mac: 'f'.repeat(64) });

/** What a filter means, said plainly. */
const matches = (record: LogRecord, filter: LogFilter) =>
  (!filter.from || record.time >= filter.from.getTime()) &&
  (!filter.to || record.time < filter.to.getTime()) &&
  (!filter.tokenId || record.tokenId === filter.tokenId) &&
  (!filter.endpoint || record.endpoint === filter.endpoint || record.tag === filter.endpoint) &&
  (!filter.reason || record.reason === filter.reason) &&
  (!filter.status ||
    (filter.status.endsWith('xx') ? `${String(record.status)[0]}xx` : String(record.status)) ===
      filter.status);

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const time = fc.integer({ min: NOON - 3 * DAY, max: NOON + 1 }).map((ms) => new Date(ms));
const filters: fc.Arbitrary<LogFilter> = fc
  .record({
    from: maybe(time),
    to: maybe(time),
    tokenId: maybe(fc.constantFrom(...TOKENS, newId())),
    endpoint: maybe(fc.constantFrom('GET /v1/shifts', 'POST /v1/shifts', 'shifts', 'employees', 'nothing')),
    status: maybe(fc.constantFrom('2xx', '4xx', '5xx', '3xx', '200', '201', '403', '429', '404', '502')),
    reason: maybe(fc.constantFrom('scope.method', 'ip.denied', 'limit.burst', 'token.missing')),
  })
  .map((filter) => Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)));

describe.each(engines)('the request log in %s', (_, makeLog) => {
  let logs: TestLog;
  const client = (log = logs.log) =>
    createRouterClient(
      createLogsService({ log, instance: { id: 'the instance', version: '9.9.9' }, audit: { note } }),
      { context: localOwner('os:test') },
    );
  /** A whole download, and what it says of itself at its end. */
  async function downloaded(asked: Parameters<ReturnType<typeof client>['download']>[0]) {
    let text = '';
    let manifest: LogManifest | null = null;
    for await (const piece of await client().download(asked)) {
      expect(manifest).toBeNull();
      if ('text' in piece) text += piece.text;
      else manifest = piece.manifest;
    }
    return { text, manifest };
  }

  beforeAll(async () => {
    logs = await makeLog();
    await logs.write(all);
  });
  afterAll(() => logs.close());

  test('every filter gives exactly the rows that match, newest first, over any size of page', async () => {
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 1, max: 150 }), async (filter, limit) => {
        const rows = [];
        let cursor: string | null | undefined;
        do {
          const page = await client().query({ filter, limit, ...(cursor ? { cursor } : {}) });
          expect(page.items.length).toBeLessThanOrEqual(limit);
          rows.push(...page.items);
          cursor = page.nextCursor;
        } while (cursor);
        expect(rows.map((row) => row.requestId).sort()).toEqual(
          all
            .filter((record) => matches(record, filter))
            .map((record) => record.requestId)
            .sort(),
        );
        expect(rows).toEqual(rows.toSorted((a, b) => b.time.getTime() - a.time.getTime()));
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  test('a request is found by its id, whole', async () => {
    for (const record of all.slice(0, 20)) {
      const detail = await client().get({ requestId: record.requestId });
      const { tag: _, counted: __, ...rest } = record;
      expect(detail).toEqual({
        ...rest,
        time: new Date(record.time),
        path: record.query ? `${record.path}?${record.query}` : record.path,
        peer: null,
        trial: null,
        aborted: null,
        interrupted: false,
      });
    }
  });

  test('a request is found though its id is a little older than its time', async () => {
    const other = await makeLog();
    const requestId = newId(NOON - 2 * SECOND);
    await other.write([makeRecord({ time: NOON, requestId })]);
    const found = await client(other.log).get({ requestId });
    await other.close();
    expect(found.time.getTime()).toBe(NOON);
  });

  test('an unknown request and a foreign cursor are refused', async () => {
    for (const requestId of ['nothing', newId(NOON)])
      await expect(client().get({ requestId })).rejects.toMatchObject({ data: { code: 'id.unknown' } });
    for (const cursor of ['x', '2026-11-24', '2026-11-24.-1', '9999-99-99.1', "2026-11-24.1' OR 1"])
      await expect(client().query({ cursor })).rejects.toMatchObject({ data: { code: 'filter.invalid' } });
  });

  test('a download as NDJSON loses nothing, oldest first', async () => {
    const { text } = await downloaded({ filter: { status: '4xx' }, format: 'ndjson' });
    const rows = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const expected = all.filter((record) => record.status >= 400 && record.status < 500);
    expect(rows).toHaveLength(expected.length);
    for (const row of rows) {
      const record = all.find(({ requestId }) => requestId === row.requestId) as LogRecord;
      const path = record.query ? `${record.path}?${record.query}` : record.path;
      expect(row).toEqual({
        ...record,
        peer: null,
        trial: null,
        time: new Date(record.time).toISOString(),
        path,
        aborted: null,
        interrupted: false,
      });
    }
    expect(rows).toEqual(rows.toSorted((a, b) => a.time.localeCompare(b.time)));
  });

  test('a download as CSV has a header and a line a row', async () => {
    const { text } = await downloaded({ format: 'csv' });
    const lines = text.split('\r\n');
    expect(lines[0]).toMatch(/^requestId,time,tokenId/);
    expect(lines).toHaveLength(all.length + 2);
  });

  test('a download as HAR is one document, with an entry a row that says what HAR can', async () => {
    const { text } = await downloaded({ filter: { status: '4xx' }, format: 'har' });
    const { log } = JSON.parse(text);
    const expected = all.filter((record) => record.status >= 400 && record.status < 500);
    expect(log).toMatchObject({ version: '1.2', creator: { name: 'Gatehouse', version: '9.9.9' } });
    expect(log.entries).toHaveLength(expected.length);
    const record = expected[0] as LogRecord;
    const entry = log.entries.find(
      (one: { _gatehouse: { requestId: string } }) => one._gatehouse.requestId === record.requestId,
    );
    expect(entry).toMatchObject({
      startedDateTime: new Date(record.time).toISOString(),
      time: record.durationMs,
      request: { method: record.method, url: expect.stringMatching(/^http:\/\/gateway\.invalid\/v1\//) },
      response: { status: record.status, content: { size: record.bytesOut, mimeType: 'application/json' } },
      timings: { send: 0, wait: 0.5, receive: 0.75 },
    });
    const none = JSON.parse((await downloaded({ filter: { status: '418' }, format: 'har' })).text);
    expect(none.log.entries).toEqual([]);
  });

  test('a download ends with what it is, its checksum and the end of the audit log', async () => {
    for (const format of ['ndjson', 'csv', 'har'] as const) {
      const { text, manifest } = await downloaded({ filter: { status: '2xx' }, format });
      expect(manifest).toMatchObject({
        gatehouse: 'log export',
        instance: 'the instance',
        format,
        filter: { status: '2xx' },
        zone: 'UTC',
        madeBy: 'os:test',
        rows: all.filter((record) => record.status < 300).length,
        bytes: Buffer.byteLength(text),
        sha256: createHash('sha256').update(text).digest('hex'),
        auditHead: { seq: noted.length, mac: 'f'.repeat(64) },
      });
    }
  });

  test('a download is recorded before its first row leaves, and at its end with its rows', async () => {
    noted.length = 0;
    const filter = { status: '4xx' };
    const pieces = await client().download({ filter, format: 'csv' });
    await pieces.next();
    const end = { action: 'log.download_end' };
    expect(noted).toMatchObject([{ action: 'log.download', after: { filter, format: 'csv' } }]);
    for await (const _ of pieces);
    const rows = all.filter((record) => record.status >= 400 && record.status < 500).length;
    expect(noted.slice(1)).toMatchObject([{ ...end, after: { filter, rows, whole: true } }]);

    const stopped = await client().download({ filter: {}, format: 'csv' });
    await stopped.next();
    await stopped.return();
    expect(noted.at(-1)).toMatchObject({ ...end, after: { rows: 0, whole: false } });
  });

  test('no cell of a CSV starts a formula', () => {
    for (const start of ['=', '+', '-', '@', '\t', '\r'])
      expect(csvCell(`${start}HYPERLINK("x")`).replace(/^"/, '')).toMatch(/^'/);
    expect(csvCell('a "b", c')).toBe('"a ""b"", c"');
    expect(csvCell(null)).toBe('');
    expect(csvCell(-1)).toBe('-1');
  });
});
