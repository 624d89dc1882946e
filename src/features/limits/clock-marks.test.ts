import { expect, test } from 'vitest';
import { testInstance } from '../../../tests/support/instance.ts';
import { DAY, HOUR, MINUTE } from '../../base/clock.ts';
import { openSqlite } from '../../db/open.ts';
import { type Reads, readNow } from '../../db/reads.ts';
import { watchClock } from './clock-marks.ts';
import type { LimitQuestion } from './limiter.ts';
import { createLimiter } from './limiter.ts';
import { seedLimiter } from './seed.ts';

const START = Date.UTC(2026, 10, 24, 12);
const token = { requestsPerHour: 100, burst: { requests: 100, seconds: 60 } };
const question = (tokenId: string): LimitQuestion => ({ tokenId, token, instance: null });

/** A gateway's part in this: its clock, its log of what it admitted, and what a next one makes of them. */
async function machine() {
  const { file } = await testInstance();
  const main = openSqlite(file);
  let [monotonic, ahead] = [10 * DAY, START - 10 * DAY];
  const clock = { now: () => monotonic + ahead, monotonic: () => monotonic };
  const rows: number[] = [];
  const start = async () => {
    const limiter = createLimiter();
    const log = {
      counted: async (
        since: number,
        take: (tokenId: string, count: (from: number, to: number) => number) => void,
      ) => {
        const known = rows.filter((time) => time >= since);
        take('a', (from, to) => known.filter((time) => time >= from && time < to).length);
      },
      newestRow: async () => (rows.length === 0 ? null : Math.max(...rows)),
    };
    const read = async <T>(reads: Reads<T>) => readNow(main, reads);
    await seedLimiter(limiter, { read, log, clock, question });
    const watch = watchClock(clock, (work) => work(main));
    watch.look();
    return {
      look: () => watch.look(),
      left: () => limiter.peek(question('a'), clock.monotonic()).hour.remaining,
      admit(times: number) {
        for (let i = 0; i < times; i++) {
          const { admitted } = limiter.ask(question('a'), clock.monotonic());
          if (admitted) rows.push(clock.now());
        }
      },
    };
  };
  return {
    start,
    pass: (ms: number) => {
      monotonic += ms;
    },
    setClock: (by: number) => {
      ahead += by;
    },
    restartMachine: () => {
      main.prepare('UPDATE clock_mark SET boot = ?').run('another run');
      ahead += monotonic - 5_000;
      monotonic = 5_000;
    },
  };
}

test.each([
  ['an hour back', -HOUR],
  ['a day ahead', DAY],
])(
  'a clock set %s while a gateway runs gives no quota and locks nobody out, also across a restart',
  async (_, by) => {
    const box = await machine();
    let gateway = await box.start();
    box.pass(MINUTE);
    gateway.admit(60);
    gateway.look();
    box.setClock(by);
    expect(gateway.left()).toBe(40);
    gateway.admit(10);
    gateway.look();
    box.pass(MINUTE);
    gateway = await box.start();
    expect(gateway.left()).toBe(30);
    // Of a clock set back, what comes twice may count twice, but no longer.
    box.pass(HOUR + MINUTE + Math.max(0, -by));
    expect((await box.start()).left()).toBe(100);
  },
);

test.each([
  ['an hour back', -HOUR],
  ['a day ahead', DAY],
])('a clock set %s between two gateways gives no quota and locks nobody out', async (_, by) => {
  const box = await machine();
  (await box.start()).admit(60);
  box.setClock(by);
  box.pass(MINUTE);
  expect((await box.start()).left()).toBe(40);
  box.pass(HOUR + Math.max(0, -by));
  expect((await box.start()).left()).toBe(100);
});

test('where the machine started anew with its clock set back, what is in the future counts for an hour and no longer', async () => {
  const box = await machine();
  (await box.start()).admit(60);
  box.restartMachine();
  box.setClock(-DAY);
  const gateway = await box.start();
  expect(gateway.left()).toBe(40);
  box.pass(HOUR + MINUTE);
  expect(gateway.left()).toBe(100);
  expect((await box.start()).left()).toBe(100);
});
