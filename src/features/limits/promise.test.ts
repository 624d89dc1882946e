import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { keepsThePromise } from '../../../tests/support/limits-promise.ts';
import { HOUR, SECOND } from '../../base/clock.ts';
import { createLimiter } from './limiter.ts';

keepsThePromise(
  'in memory',
  () => {
    const limiter = createLimiter();
    return { ask: async (asks) => asks.map(({ question, now }) => limiter.ask(question, now)) };
  },
  1_500,
);

test('a token takes at most 512 bytes for its first request and 1.5 KiB however many follow, and sweeps give it back', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const inUse = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const token = { requestsPerHour: 10_000, burst: { requests: 100, seconds: 3_540 } };
  const limiter = createLimiter();
  const before = inUse();
  const askAll = (tokens: number, now: number) => {
    for (let i = 0; i < tokens; i++) {
      const tokenId = `019ac000-0000-7000-8000-${String(i).padStart(12, '0')}`;
      limiter.ask({ tokenId, token, instance: null }, now);
    }
  };
  askAll(20_000, 0);
  expect((inUse() - before) / 20_000).toBeLessThan(512);
  for (let now = 0; now < 61 * 60; now += 59) askAll(2_000, now * SECOND);
  for (let walks = 0; walks < 20; walks++) limiter.sweep(2_000, 61 * 60 * SECOND);
  expect(limiter.size).toBe(2_000);
  expect((inUse() - before) / 2_000).toBeLessThan(1_536);
  for (let walks = 0; walks < 20; walks++) limiter.sweep(2_000, 3 * HOUR);
  expect(limiter.size).toBe(0);
  expect((inUse() - before) / 20_000).toBeLessThan(64);
});
