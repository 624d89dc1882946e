import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogRecord } from '../record.ts';
import { openReview } from './review.ts';
import { exported, makeRecords, pack, writeTestFile } from './testing.ts';
import type { Packing } from './unpack.ts';

const records = makeRecords(60);
const wanted = new Map(records.map((record) => [record.requestId, record]));

async function readAll(bytes: Buffer) {
  const path = writeTestFile('damaged', bytes);
  const review = openReview([path]);
  await review.done;
  const page = { order: 'oldest', after: null, limit: 1_000 } as const;
  const all = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, terms: [] };
  const { rows } = await review.log.search(all, page, 10_000);
  const [file] = review.state().files;
  await review.close();
  if (file === undefined) throw new Error('the file is not in the state');
  return { rows: rows.map(({ record }) => record), file };
}

interface Damage {
  at: number;
  kind: 'byte' | 'cut' | 'gap' | 'twice' | 'noise';
  byte: number;
  length: number;
}
const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom('byte', 'cut', 'gap', 'twice', 'noise'),
  byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"\\{}[],:\n\r\0'))),
  length: fc.integer({ min: 1, max: 400 }),
});

function damaged(bytes: Buffer, damages: readonly Damage[]): Buffer {
  return damages.reduce((whole, { at, kind, byte, length }) => {
    const place = at % Math.max(1, whole.length);
    const [before, after] = [whole.subarray(0, place), whole.subarray(place)];
    if (kind === 'cut') return before;
    if (kind === 'gap') return Buffer.concat([before, after.subarray(length)]);
    if (kind === 'twice') return Buffer.concat([before, after.subarray(0, length), after]);
    if (kind === 'noise') return Buffer.concat([before, Buffer.alloc(length, byte), after]);
    return Buffer.concat([before, Buffer.of(byte), after.subarray(1)]);
  }, bytes);
}

const packings: (Packing | null)[] = [null, null, 'gzip', 'zstd'];

for (const format of ['ndjson', 'csv', 'har'] as const)
  test(`${format}: damage costs the records that it hits, and each is told`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(damage, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(...packings),
        fc.boolean(),
        async (damages, packing, first) => {
          const bytes = exported(records, format);
          const { rows, file } = await readAll(
            first ? pack(damaged(bytes, damages), packing) : damaged(pack(bytes, packing), damages),
          );
          expect(file.isRead).toBe(true);
          expect(rows.length).toBe(file.rows);
          const whole = rows.filter((row) => isSame(row, wanted.get(row.requestId))).length;
          // A record that is not there, or is another, was hit; what was hit is told unless it is sound again by chance.
          if (packing === null || first)
            expect(whole).toBeGreaterThanOrEqual(file.format === null ? 0 : expectedWhole(format, damages));
          if (file.rows < records.length && !damages.some(({ kind }) => kind === 'cut' || kind === 'gap'))
            expect(file.problems.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 150, seed: 20_261_124 },
    );
  });

test.each(['gzip', 'zstd'] as const)(
  'what is before the damage in a small file (%s) is shown',
  async (packing) => {
    const bytes = exported(records, 'ndjson');
    const { rows, file } = await readAll(Buffer.concat([pack(bytes, packing), Buffer.from('damage')]));
    expect(file.problems.at(-1)?.code).toBe('file.damaged');
    // Up to a kibibyte before it may be lost.
    expect(rows.length).toBeGreaterThan(records.length - 5);
  },
);

/** By what every format has. */
const isSame = (one: LogRecord, other: LogRecord | undefined): boolean =>
  other !== undefined &&
  (
    ['time', 'tokenName', 'address', 'method', 'path', 'query', 'status', 'durationMs', 'userAgent'] as const
  ).every((field) => one[field] === other[field]);

/** Each damage hits the records of at most so many bytes; a cut takes all that follows, and may hit the heading of a CSV. */
function expectedWhole(format: string, damages: readonly Damage[]): number {
  if (damages.some(({ kind }) => kind === 'cut')) return 0;
  const perDamage = format === 'csv' ? 6 : 4;
  return records.length - perDamage * damages.length;
}
