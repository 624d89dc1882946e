import { execFile } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { ReviewedFile, ReviewState } from './contract.ts';
import { SourceFile } from './source-file.ts';
import { exported, makeRecords, testFolder } from './testing.ts';

const MB = 1024 * 1024;
/** What the issue allows. */
const MOST_MB = 300;
const script = join(import.meta.dirname, '../../../../tests/support/review-process.ts');
const good = exported(makeRecords(100), 'ndjson');

/** Reviews a file of these parts in a process of its own; it is never in the memory of this one. */
async function reviewAlone(name: string, parts: Iterable<Uint8Array | string>): Promise<ReviewedFile> {
  const path = join(testFolder(), name);
  const file = openSync(path, 'w');
  for (const part of parts) writeSync(file, Buffer.from(part));
  closeSync(file);
  const { stdout } = await promisify(execFile)(process.execPath, [script, path], { maxBuffer: 64 * MB });
  const { state, mb } = JSON.parse(stdout) as { state: ReviewState; mb: number };
  expect(mb).toBeLessThan(MOST_MB);
  const [reviewed] = state.files;
  if (reviewed === undefined) throw new Error('the file is not in the state');
  expect(reviewed.isRead).toBe(true);
  return reviewed;
}

function* times<T>(count: number, part: (at: number) => T): Generator<T, void> {
  for (let at = 0; at < count; at++) yield part(at);
}

test('a line of 1 GB is left out with its number, and what is around it is shown', async () => {
  const piece = Buffer.alloc(16 * MB, 'x');
  const line = [...times(64, () => piece)];
  const file = await reviewAlone('long.ndjson', [good, ...line, '\n', good]);
  expect(file).toMatchObject({ rows: 200, flawedLines: 1 });
  expect(file.problems).toEqual([{ code: 'line.too_long', line: 101, data: { mb: 1 } }]);
}, 60_000);

test('a zip bomb is read no further than its bound', async () => {
  const member = gzipSync(Buffer.alloc(64 * MB, '{"a":1}\n'), { level: 9 });
  const records = await reviewAlone('bomb.ndjson.gz', [gzipSync(good), ...times(40, () => member)]);
  expect(records).toMatchObject({ rows: 100, packing: 'gzip' });
  expect(records.problems.at(-1)).toMatchObject({ code: 'file.bomb', line: null });
  // One that shows no line of a log at all is not unpacked to that bound.
  const zeros = gzipSync(Buffer.alloc(64 * MB), { level: 9 });
  const nothing = await reviewAlone(
    'zeros.gz',
    times(40, () => zeros),
  );
  expect(nothing.problems).toMatchObject([{ code: 'file.not_a_log', line: 1 }]);
}, 60_000);

test('10,000 columns, and 10,000 keys, are read as far as they are ours', async () => {
  const others = [...times(10_000, (at) => `c${at}`)];
  const heading = `requestId,time,address,method,path,status,durationMs,${others.join(',')}\n`;
  const csv = await reviewAlone('wide.csv', [
    heading,
    ...times(50, (at) => `r${at},2026-11-24T10:00:00.000Z,1.1.1.1,GET,/,200,1,${others.join(',')}\n`),
    'r,2026-11-24T10:00:00.000Z,1.1.1.1,GET,/,200,1,x\n',
  ]);
  expect(csv).toMatchObject({ format: 'csv', rows: 50 });
  expect(csv.problems).toEqual([{ code: 'line.columns', line: 52, data: { found: 8, expected: 10_007 } }]);
  const wide = Object.fromEntries(others.map((key) => [key, { __proto__: 1 }]));
  const own = {
    requestId: 'a',
    time: '2026-11-24T10:00:00.000Z',
    address: '::1',
    method: 'GET',
    path: '/',
    status: 200,
    durationMs: 1,
  };
  const lines = [...times(50, () => `${JSON.stringify({ ...wide, ...own })}\n`)];
  expect(await reviewAlone('wide.ndjson', lines)).toMatchObject({ format: 'ndjson', rows: 50, problems: [] });
}, 60_000);

test('names that are all different fill no memory', async () => {
  const row = (at: number) =>
    `{"requestId":"r${at}","time":"2026-11-24T10:00:00.000Z","tokenId":"t${at}","tokenName":"${'n'.repeat(200)}${at}","address":"a${at}","method":"GET","path":"/","status":200,"durationMs":1}\n`;
  const file = await reviewAlone('names.ndjson', times(200_000, row));
  expect(file.rows).toBeGreaterThan(10_000);
  expect(file.problems.map(({ code }) => code)).toContain('file.too_many_values');
}, 60_000);

test.each([
  ['an SQLite database', 'SQLite format 3\0…', /SQLite/],
  ['HTML', '<!doctype html>\n<p>404</p>', /HTML/],
  ['a JSON list', '[{"requestId":"a"}]', /list/],
  ['random bytes', Buffer.from([...times(100_000, (at) => (at * 7_919) % 251)]), /binary|first lines/],
  ['what was compressed twice', gzipSync(gzipSync('x')), /second time/],
])('%s is not taken for a log, and it is said what it looks like', async (_, content, detail) => {
  const file = await reviewAlone('file', [content]);
  expect(file).toMatchObject({ format: null, rows: 0 });
  expect(file.problems).toMatchObject([{ code: 'file.not_a_log', line: 1 }]);
  expect(file.problems[0]?.data.detail).toMatch(detail);
});

test('wrong types are told by their line and field', async () => {
  const base = {
    requestId: 'a',
    time: '2026-11-24T10:00:00.000Z',
    address: '::1',
    method: 'GET',
    path: '/',
    status: 200,
    durationMs: 1,
  };
  const wrong = [
    { status: '200' },
    { time: 5 },
    { durationMs: null },
    { method: ['GET'] },
    { status: 1e9 },
    { tokenName: 7 },
    { path: { a: [1] } },
    { requestId: 5 },
    { time: '2026-02-30T10:00:00.000Z' },
  ];
  const file = await reviewAlone('types.ndjson', [
    good,
    ...wrong.map((part) => `${JSON.stringify({ ...base, ...part })}\n`),
  ]);
  expect(file.rows).toBe(100);
  expect(file.problems.map(({ line, data }) => `${line} ${data.field}`)).toEqual(
    wrong.map((part, at) => `${101 + at} ${Object.keys(part)[0]}`),
  );
});

test('bytes that are not UTF-8 are shown as such, and told', async () => {
  const line = Buffer.from(exported(makeRecords(1), 'ndjson'));
  const broken = Buffer.from(line.toString('latin1').replace('agent/0', 'agent/\xff'), 'latin1');
  const file = await reviewAlone('bytes.ndjson', [good, broken, good]);
  expect(file.rows).toBe(201);
  expect(file.problems).toEqual([{ code: 'line.not_utf8', line: 101, data: {} }]);
});

test('a byte order mark is no part of the first line', async () => {
  const file = await reviewAlone('marked.ndjson', ['\uFEFF', good]);
  expect(file).toMatchObject({ rows: 100, flawedLines: 0, problems: [] });
});

test('a pipe that nobody writes to is refused, and not waited for', async () => {
  const path = join(testFolder(), 'pipe');
  await promisify(execFile)('mkfifo', [path]);
  expect(() => new SourceFile(path)).toThrow(/no file/);
});
