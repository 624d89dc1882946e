import { truncateSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseQuery } from '../../../base/log-query/parse.ts';
import type { Term } from '../../../base/log-query/terms.ts';
import { matcher } from '../matches.ts';
import type { LogRecord } from '../record.ts';
import { openReview, type Review } from './review.ts';
import { summarise } from './service.ts';
import { exported, makeRecords, pack, writeManifest, writeTestFile } from './testing.ts';
import type { Packing } from './unpack.ts';

const records = makeRecords(2_000);
const formats = ['ndjson', 'csv', 'har'] as const;
const packings: (Packing | null)[] = [null, 'gzip', 'zstd'];

async function reviewed(...paths: string[]): Promise<Review> {
  const review = openReview(paths);
  await review.done;
  return review;
}

const terms = (query: string): Term[] => {
  const parsed = parseQuery(query);
  if ('error' in parsed) throw new Error(parsed.error.message);
  return parsed.terms;
};
const ALL = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/** All rows of a query, page by page. */
async function rowsOf(review: Review, query: string, order: 'newest' | 'oldest' = 'newest') {
  const rows: LogRecord[] = [];
  for (let after = null; ; ) {
    const page = await review.log.search({ ...ALL, terms: terms(query) }, { order, after, limit: 700 }, 50);
    rows.push(...page.rows.map(({ record }) => record));
    if (page.next === null) return rows;
    after = page.next as never;
  }
}

const QUERIES = [
  ...[
    '',
    'status:429',
    '-status:2xx token:*',
    'address:203.0.113.4 user:"User 1"',
    'ms:>90',
    'reason:limit.*',
  ],
  ...[
    'path:/v1/shifts/1*',
    'agent:*naïve*',
    'out:>50000',
    'endpoint:"" token:""',
    'endpoint:shifts out:<5000',
    'page=99',
    'token:0190f3c0-0000-7000-8000-000000000003',
  ],
];

for (const format of formats)
  for (const packing of packings)
    test(`${format}, ${packing ?? 'not compressed'}: every query finds the rows that it finds in the log`, async () => {
      const bytes = exported(records, format);
      // By its content: the name says nothing.
      const path = writeTestFile('export.bin', pack(bytes, packing));
      writeManifest(path, bytes, records.length);
      const review = await reviewed(path);
      const [file] = review.state().files;
      expect(file).toMatchObject({
        format,
        packing,
        rows: records.length,
        problems: [],
        verdict: { kind: 'matches' },
      });
      for (const query of QUERIES) {
        const matches = matcher(terms(query));
        const wanted = records.filter(matches).map(({ requestId }) => requestId);
        const found = await rowsOf(review, query, 'oldest');
        expect(found.map(({ requestId }) => requestId)).toEqual(wanted);
        let total = 0;
        for await (const counts of review.log.count(
          { ...ALL, terms: terms(query) },
          { bars: [0, 4e12], facets: [] },
        ))
          total = counts.total;
        expect(total).toBe(wanted.length);
      }
      await review.close();
    });

test('a record is the one that was exported, with all that the format has', async () => {
  const review = await reviewed(writeTestFile('a.ndjson', exported(records, 'ndjson')));
  for (const at of [0, 1, 3, 1_999]) {
    const record = records[at] as LogRecord;
    // What only the gateway itself goes by is in no export.
    expect(await review.log.record(record.requestId)).toEqual(record);
  }
  expect(await review.log.record('0190f3c0-0000-7000-8000-00000000ffff')).toBeNull();
  await review.close();
});

test('several files are one log, in order of time', async () => {
  const parts = [records.filter((_, at) => at % 2 === 0), records.filter((_, at) => at % 2 === 1)];
  const review = await reviewed(
    writeTestFile('a.csv', exported(parts[1] ?? [], 'csv')),
    writeTestFile('b.ndjson', pack(exported(parts[0] ?? [], 'ndjson'), 'zstd')),
  );
  const found = await rowsOf(review, '');
  expect(found.map(({ requestId }) => requestId)).toEqual(
    records.map(({ requestId }) => requestId).reverse(),
  );
  await review.close();
});

test('the usage is the sum of the rows', async () => {
  const review = await reviewed(writeTestFile('a.har', exported(records, 'har')));
  for (const query of ['', 'status:429', 'path:/v1/shifts/2*']) {
    const rows = records.filter(matcher(terms(query)));
    const summary = await summarise(review, terms(query), { zone: 'Europe/Berlin', compare: false });
    expect(summary.total).toBe(rows.length);
    expect(summary.byOutcome.limited).toBe(rows.filter(({ status }) => status === 429).length);
    expect(summary.byReason).toEqual(
      summary.byOutcome.limited === 0
        ? []
        : [{ reason: 'limit.hour', status: 429, count: summary.byOutcome.limited }],
    );
    expect(summary.byEndpoint.reduce((sum, { count }) => sum + count, 0)).toBe(rows.length);
    expect(summary.series.reduce((sum, { count }) => sum + count, 0)).toBe(rows.length);
    const average = rows.reduce((sum, { durationMs }) => sum + durationMs, 0) / rows.length;
    expect(summary.averageMs).toBeCloseTo(average, 3);
    const sorted = rows.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
    const p95 = sorted[Math.floor(0.95 * (sorted.length - 1))] ?? 0;
    expect(Math.abs((summary.p95Ms ?? 0) - p95)).toBeLessThanOrEqual(p95 * 0.02 + 1);
  }
  await review.close();
});

test('a file that was cut does not pass for the one that was exported', async () => {
  const bytes = exported(records, 'ndjson');
  for (const packing of packings) {
    const packed = pack(bytes, packing);
    const path = writeTestFile('cut.ndjson', packed);
    writeManifest(path, bytes, records.length);
    truncateSync(path, Math.floor(packed.length * 0.6));
    const review = await reviewed(path);
    const [file] = review.state().files;
    expect(file?.verdict.kind).toBe('differs');
    expect(file?.rows).toBeGreaterThan(records.length * 0.4);
    expect(file?.rows).toBeLessThan(records.length * 0.8);
    // The last line, or the end of what is compressed.
    expect(file?.problems.map(({ code }) => code)).toContain(packing === null ? 'line.not_json' : 'file.cut');
    await review.close();
  }
});

test('a file with one row changed does not match, and one without a manifest says so', async () => {
  const bytes = exported(records, 'ndjson');
  const path = writeTestFile('changed.ndjson', bytes.toString().replace('"status":429', '"status":200'));
  writeManifest(path, bytes, records.length);
  const review = await reviewed(path, writeTestFile('other.ndjson', bytes));
  const [changed, other] = review.state().files;
  expect(changed?.verdict).toMatchObject({ kind: 'differs', rows: records.length });
  expect(other?.verdict).toEqual({ kind: 'none' });
  await review.close();
});

test('an export of no request is whole where its manifest says so', async () => {
  for (const format of formats) {
    const bytes = exported([], format);
    const path = writeTestFile(`empty.${format}`, bytes);
    writeManifest(path, bytes, 0);
    const review = await reviewed(path);
    expect(review.state().files[0]?.verdict.kind).toBe('matches');
    await review.close();
  }
});

test.each(['gzip', 'zstd'] as const)(
  'a file of several members or frames (%s) is read to its end',
  async (packing) => {
    const parts = [records.slice(0, 900), records.slice(900, 901), records.slice(901)];
    const packed = parts.map((part) => pack(exported(part, 'ndjson'), packing));
    // With one that is skipped in front, as pzstd has it.
    const skipped = Buffer.from('502a4d180400000000000100', 'hex');
    const bytes = Buffer.concat([...(packing === 'zstd' ? [skipped] : []), ...packed]);
    const review = await reviewed(writeTestFile('several', bytes));
    expect(review.state().files).toMatchObject([{ rows: records.length, packing, problems: [] }]);
    await review.close();
  },
);

test('damage that its head does not show is told where the manifest does not vouch for the file', async () => {
  const bytes = exported(records, 'ndjson');
  const lines = bytes.toString().split('\n');
  lines[4] = (lines[4] ?? '').replace('"headers":[', '"headers":[[');
  for (const isVouched of [true, false]) {
    const path = writeTestFile('damaged.ndjson', lines.join('\n'));
    if (isVouched) writeManifest(path, bytes, records.length);
    const review = await reviewed(path);
    const [file] = review.state().files;
    expect(file?.problems).toEqual([
      { code: isVouched ? 'line.damaged' : 'line.not_json', line: 5, data: {} },
    ]);
    const { requestId = '', path: shown = '' } = records[4] ?? {};
    if (isVouched)
      expect(await review.log.record(requestId)).toMatchObject({ requestId, path: shown, status: 200 });
    await review.close();
  }
});
