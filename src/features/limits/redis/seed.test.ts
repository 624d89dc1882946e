import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR, SECOND } from '../../../base/clock.ts';
import { SlidingWindow } from '../window.ts';
import { readSeed, type SeedSource } from './seed.ts';

const WALL = Date.UTC(2026, 10, 24, 12);
const limit = (seconds: number) => ({ requestsPerHour: 1e9, burst: { requests: 1e9, seconds } });

/** A log of what was counted, whose rows have the wall clock of the machine that each came to. */
const sourceOf = (rows: readonly { tokenId: string; wall: number }[], seconds: number): SeedSource => ({
  log: {
    counted: async (since, take) => {
      for (const tokenId of new Set(rows.map((row) => row.tokenId))) {
        const own = rows.filter((row) => row.tokenId === tokenId && row.wall >= since);
        if (own.length === 0) continue;
        // As a database does: asked first for which stretches, then again with what is in them.
        const asked = new Set<string>();
        take(tokenId, (from, to) => {
          asked.add(`${from} ${to}`);
          return 0;
        });
        take(tokenId, (from, to) => {
          expect(asked).toContain(`${from} ${to}`);
          return own.filter(({ wall }) => wall >= from && wall < to).length;
        });
      }
    },
  },
  resets: async () => [],
  question: (tokenId) => ({ tokenId, token: limit(seconds), instance: limit(seconds) }),
});

test('never fewer are counted than there were in any period up to now, by clocks a second apart at most', async () => {
  const row = fc.record({
    tokenId: fc.constantFrom('a', 'b'),
    ago: fc.oneof(fc.nat(2_000), fc.nat(60_000), fc.nat(HOUR)),
    behind: fc.integer({ min: -SECOND, max: SECOND }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 60, size: 'max' }),
      fc.constantFrom(1, 7, 10, 60, 3_600),
      fc.integer({ min: 0, max: 1e13 }),
      async (rows, seconds, redis) => {
        const logged = rows.map(({ tokenId, ago, behind }) => ({ tokenId, wall: WALL - ago - behind }));
        const loaded = await readSeed(sourceOf(logged, seconds), [], { wall: WALL, redis });
        const periods = [HOUR, seconds * SECOND] as const;
        for (const tokenId of ['a', 'b', null]) {
          const found = loaded.find((one) => one.tokenId === tokenId);
          for (const [n, counted] of [found?.hour ?? [], found?.burst?.counted ?? []].entries()) {
            const period = periods[n] as number;
            const window = new SlidingWindow(period);
            for (const [time, count] of counted) window.add(time, count);
            const own = rows.filter((one) => tokenId === null || one.tokenId === tokenId);
            for (const later of [0, 10, period / 2]) {
              const before = own.filter(({ ago }) => ago + later <= period).length;
              expect(window.used(redis + later)).toBeGreaterThanOrEqual(before);
            }
            // And none that is more than the clocks' second and a sub-bucket too old.
            const old = own.filter(({ ago }) => ago <= (period * 61) / 60 + 2 * SECOND).length;
            expect(window.used(redis)).toBeLessThanOrEqual(old);
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('what was before a reset is not counted, of its target alone', async () => {
  const rows = [{ tokenId: 'a', wall: WALL - 10_000 }];
  const mark = { id: 1, target: 'a', boot: null, monotonic: 0, wall: WALL - 5_000 };
  const now = { wall: WALL, redis: 1e9 };
  const loaded = await readSeed(sourceOf(rows, 60), [mark], now);
  expect(loaded).toMatchObject([{ tokenId: null, hour: [[expect.any(Number), 1]] }]);
  const both = await readSeed(sourceOf(rows, 60), [mark, { ...mark, target: 'instance' }], now);
  expect(both).toMatchObject([{ tokenId: null, hour: [] }]);
});
