import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Ajv, type AnySchema } from 'ajv';
import { parse } from 'csv-parse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY } from '../../../base/clock.ts';
import { engines } from '../both-engines.ts';
import type { ExportFormat } from '../contract.ts';
import type { LogRecord } from '../record.ts';
import { makeRecord } from '../testing.ts';
import { downloadRows } from './download.ts';

const require = createRequire(import.meta.url);
const NOW = Math.floor(Date.now() / DAY) * DAY;
const NAMES = ['Payroll', '=HYPERLINK("x")', 'a, "b"', 'zwei\nZeilen', "O'Brien; --", 'größer', '-1', '\\'];

/** Rows with what readers stumble over. */
const records: LogRecord[] = Array.from({ length: 500 }, (_, n) =>
  makeRecord({
    time: NOW - DAY + n * 97_003,
    tokenName: NAMES[n % NAMES.length] ?? null,
    path: ['/v1/shifts', '/v1/"quoted"', '/v1/a,b', '/v1/ü'][n % 4] ?? '',
    query: n % 3 === 0 ? `q=${n}&x=,"` : '',
    userAgent: n % 5 === 0 ? '@SUM(1)' : 'Mozilla/5.0 (X11; Linux), like "Gecko"',
    bytesOut: n * 7,
    durationMs: n / 4,
    upstreamMs: n % 2 === 0 ? n / 8 : null,
    ...(n % 9 === 0 ? { status: 429, reason: 'limit.hour' as const } : {}),
    request: {
      headers: [
        ['Host', 'api.example.org'],
        ['X-Odd', 'a "b"\t\\'],
      ],
      body: n % 11 === 0 ? { type: 'application/json', bytes: 9, text: '{"a":"\\u0000"}' } : null,
    },
    response: { headers: [['Content-Type', 'application/json']], body: null },
  }),
);
const sum = (of: (record: LogRecord) => number) => records.reduce((total, record) => total + of(record), 0);
const expected = {
  rows: records.length,
  bytes: sum(({ bytesOut }) => bytesOut),
  ms: sum(({ durationMs }) => durationMs),
  limited: sum(({ status }) => Number(status === 429)),
  paths: new Set(records.map(({ path, query }) => (query ? `${path}?${query}` : path))).size,
};

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-readers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const pathOf = (format: ExportFormat) => join(folder, `log.${format}`);

beforeAll(async () => {
  const [, makeLog] = engines[0] as (typeof engines)[number];
  const logs = await makeLog();
  await logs.write(records);
  const all = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, terms: [] };
  for (const format of ['ndjson', 'csv', 'har'] as const) {
    let text = '';
    for await (const piece of downloadRows(logs.log, all, format, { now: Date.now(), version: '9.9.9' }))
      text += piece.text;
    writeFileSync(pathOf(format), text);
  }
  await logs.close();
});

describe('DuckDB', () => {
  const counted = async (from: string) => {
    const connection = await (await DuckDBInstance.create()).connect();
    const read = await connection.runAndReadAll(
      `SELECT count(*)::INTEGER AS rows, sum(bytesOut)::INTEGER AS bytes, sum(durationMs)::DOUBLE AS ms,
         count(*) FILTER (status = 429)::INTEGER AS limited, count(DISTINCT path)::INTEGER AS paths,
         typeof(any_value("time")) AS type FROM ${from}`,
    );
    return read.getRowObjects();
  };

  test('reads the NDJSON with the same rows and sums', async () => {
    expect(await counted(`read_json('${pathOf('ndjson')}')`)).toEqual([{ ...expected, type: 'TIMESTAMP' }]);
  });

  test('reads the CSV with the same rows and sums', async () => {
    expect(await counted(`read_csv('${pathOf('csv')}')`)).toMatchObject([expected]);
  });
});

test('a CSV parser of another family reads every cell, and none of them is a formula', async () => {
  const rows: Record<string, string>[] = [];
  for await (const row of createReadStream(pathOf('csv')).pipe(parse({ columns: true }))) rows.push(row);
  const safe = (text: string) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
  expect(rows).toEqual(
    records.map((record) => ({
      requestId: record.requestId,
      time: new Date(record.time).toISOString(),
      tokenId: record.tokenId,
      tokenName: safe(record.tokenName ?? ''),
      userId: record.userId,
      userName: record.userName,
      address: record.address,
      method: record.method,
      path: record.query ? `${record.path}?${record.query}` : record.path,
      endpoint: record.endpoint,
      status: String(record.status),
      reason: record.reason ?? '',
      durationMs: String(record.durationMs),
      upstreamMs: String(record.upstreamMs ?? ''),
      bytesIn: String(record.bytesIn),
      bytesOut: String(record.bytesOut),
      userAgent: safe(record.userAgent),
      policyVersion: String(record.policyVersion),
      tag: record.tag ?? '',
    })),
  );
});

test("the HAR is valid by its format's schema", () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json'));
  ajv.addFormat('date-time', (text) => !Number.isNaN(Date.parse(text)));
  ajv.addFormat('uri', (text) => URL.canParse(text));
  for (const version of [4, 6] as const) ajv.addFormat(`ipv${version}`, (text) => isIP(text) === version);
  for (const schema of Object.values(require('har-schema') as Record<string, AnySchema>))
    ajv.addSchema(schema);
  const har = JSON.parse(readFileSync(pathOf('har'), 'utf8'));
  expect(ajv.validate('har.json', har) ? null : ajv.errors).toBeNull();
  expect(har.log.entries).toHaveLength(expected.rows);
});

/** A test of a program that reads the NDJSON, where it is installed (npm run test:setup). */
const testOf = (program: string, name: string, run: (program: string) => void) =>
  test.skipIf(spawnSync(program, ['--version']).error !== undefined)(`${program} ${name}`, () =>
    run(program),
  );

testOf('jq', 'reads the NDJSON with the same rows and sums', (jq) => {
  const filter =
    '[length, (map(.bytesOut) | add), (map(.durationMs) | add), (map(select(.status == 429)) | length)]';
  const said = execFileSync(jq, ['-cs', filter, pathOf('ndjson')], { encoding: 'utf8' });
  expect(JSON.parse(said)).toEqual([expected.rows, expected.bytes, expected.ms, expected.limited]);
});

testOf('lnav', 'reads the NDJSON, by the format that comes with Gatehouse', (lnav) => {
  const configuration = join(folder, 'lnav');
  mkdirSync(join(configuration, 'formats/gatehouse'), { recursive: true });
  cpSync(
    join(import.meta.dirname, '../../../../docs/lnav/gatehouse.json'),
    join(configuration, 'formats/gatehouse/gatehouse.json'),
  );
  const said = execFileSync(
    lnav,
    [
      ...['-I', configuration, '-n'],
      ...[
        '-c',
        ';SELECT count(*) AS rows, sum(bytesOut) AS bytes, sum(status = 429) AS limited FROM gatehouse_log',
      ],
      ...['-c', ':write-csv-to -', pathOf('ndjson')],
    ],
    { encoding: 'utf8', env: { ...process.env, HOME: folder } },
  );
  expect(said.trim().split('\n').at(-1)).toBe(`${expected.rows},${expected.bytes},${expected.limited}`);
});
