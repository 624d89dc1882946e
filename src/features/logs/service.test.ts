import { createHash } from 'node:crypto';
import { createRouterClient } from '@orpc/server';
import fc from 'fast-check';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SECOND } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import { kyselyOver, openSqlite } from '../../db/open.ts';
import type { Schema } from '../../db/schema.ts';
import { localOwner } from '../answer-faults.ts';
import type { AuditLog, Recorded } from '../audit/audit-log.ts';
import { engines, type TestLog } from './both-engines.ts';
import type { LogManifest } from './contract.ts';
import { csvCell } from './export/csv.ts';
import type { LogRecord } from './record.ts';
import { all, filters, NOON, recordsOf } from './sample-records.ts';
import { createLogsService } from './service.ts';
import { makeInstance, makeRecord } from './testing.ts';

/** What was said to the audit log, in order. */
const noted: Recorded[] = [];
const note: AuditLog['note'] = async (_, recorded) => ({ seq: noted.push(recorded), mac: 'f'.repeat(64) });

/** Views have tests of their own, on instances. */
let db: Kysely<Schema>;
const change: AuditLog['change'] = () => Promise.reject(new Error('nothing here changes anything'));

describe.each(engines)('the request log in %s', (_, makeLog) => {
  let logs: TestLog;
  const client = (log = logs.log) =>
    createRouterClient(
      createLogsService({
        log,
        db,
        instance: { id: 'the instance', version: '9.9.9' },
        audit: { note, change },
      }),
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
    db = kyselyOver(openSqlite(await makeInstance()));
    logs = await makeLog();
    await logs.write(all);
  });
  afterAll(() => Promise.all([logs.close(), db.destroy()]));

  test('every filter gives exactly the rows that match, in its order, over any size of page', async () => {
    await fc.assert(
      fc.asyncProperty(
        filters,
        fc.constantFrom('newest', 'oldest'),
        fc.integer({ min: 1, max: 150 }),
        async (filter, order, limit) => {
          const rows = [];
          let cursor: string | null | undefined;
          do {
            const page = await client().query({ filter, order, limit, ...(cursor ? { cursor } : {}) });
            expect(page.items.length).toBeLessThanOrEqual(limit);
            rows.push(...page.items);
            cursor = page.nextCursor;
            expect(page.searchedTo === null || cursor !== null).toBe(true);
          } while (cursor);
          expect(rows.map((row) => row.requestId).sort()).toEqual(
            recordsOf(filter)
              .map((record) => record.requestId)
              .sort(),
          );
          const sign = order === 'newest' ? -1 : 1;
          expect(rows).toEqual(rows.toSorted((a, b) => sign * (a.time.getTime() - b.time.getTime())));
        },
      ),
      { numRuns: 80 },
    );
  }, 120_000);

  test('a tail gives the rows that arrive and match, until nobody listens', async () => {
    const other = await makeLog();
    const stop = new AbortController();
    const [denied, everything] = await Promise.all([
      client(other.log).tail({ filter: { query: 'outcome:denied' } }, { signal: stop.signal }),
      client(other.log).tail({}),
    ]);
    const nextOf = async (tail: typeof denied) => {
      const piece = await tail.next();
      return piece.done ? null : piece.value.items.map((row) => row.requestId);
    };
    const [firstDenied, firstRow] = [nextOf(denied), nextOf(everything)];
    const records = [makeRecord({ status: 200 }), makeRecord({ status: 403, reason: 'ip.denied' })];
    await other.write(records);
    expect(await firstDenied).toEqual([records[1]?.requestId]);
    expect((await firstRow)?.[0]).toBe(records[0]?.requestId);
    const ended = denied.next();
    stop.abort();
    await expect(ended).resolves.toMatchObject({ done: true });
    await everything.return();
    await other.close();
  });

  test('a query that cannot be read is refused, with the place', async () => {
    const refused = (query: string, detail: string) => ({
      filter: { query },
      fault: { data: { code: 'filter.invalid', data: { field: 'query', detail } } },
    });
    for (const { filter, fault } of [
      refused('ms:>5 stat:200', 'there is no field "stat"; did you mean status? (at character 7)'),
      refused(
        'address:10.0.0.0/33',
        'address: "10.0.0.0/33" is no address, range (10.0.0.0/8) or pattern (10.1.*): its prefix length is not a number from 0 to 32',
      ),
    ]) {
      await expect(client().query({ filter })).rejects.toMatchObject(fault);
      await expect(client().tail({ filter })).rejects.toMatchObject(fault);
      await expect(client().download({ filter, format: 'csv' })).rejects.toMatchObject(fault);
      await expect(client().overview({ filter })).rejects.toMatchObject(fault);
    }
    await expect(client().overview({ zone: 'Mars/Base' })).rejects.toMatchObject({
      data: { code: 'filter.invalid', data: { field: 'zone' } },
    });
  });

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
    for (const cursor of ['x', '2026-11-24', '2026-11-24.-2', '9999-99-99.1', "2026-11-24.1' OR 1"])
      await expect(client().query({ cursor })).rejects.toMatchObject({ data: { code: 'filter.invalid' } });
  });

  test('a download as NDJSON loses nothing, oldest first', async () => {
    const { text } = await downloaded({ filter: { query: 'status:4xx' }, format: 'ndjson' });
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
    const { text } = await downloaded({ filter: { query: 'status:4xx' }, format: 'har' });
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
      timings: { send: 0, wait: 0.5, receive: record.durationMs - 0.5 },
    });
    const none = JSON.parse((await downloaded({ filter: { query: 'status:418' }, format: 'har' })).text);
    expect(none.log.entries).toEqual([]);
  });

  test('a download ends with what it is, its checksum and the end of the audit log', async () => {
    for (const format of ['ndjson', 'csv', 'har'] as const) {
      const { text, manifest } = await downloaded({ filter: { query: 'status:2xx' }, format });
      expect(manifest).toMatchObject({
        gatehouse: 'log export',
        instance: 'the instance',
        format,
        filter: { query: 'status:2xx' },
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
    const filter = { query: 'status:4xx' };
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
