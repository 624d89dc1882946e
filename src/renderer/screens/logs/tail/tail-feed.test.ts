import { expect, test } from 'vitest';
import type { LogRow } from '../../../../features/logs/contract.ts';
import { MOST_ROWS, TailFeed } from './tail-feed.ts';

const START = Date.parse('2026-11-24T10:00:00Z');

const row = (at: number): LogRow => ({
  requestId: `r${String(at).padStart(6, '0')}`,
  time: new Date(START + at),
  tokenId: null,
  tokenName: null,
  userName: null,
  address: '203.0.113.7',
  method: 'GET',
  path: '/v1/shifts',
  endpoint: 'GET /v1/shifts',
  status: 200,
  reason: null,
  durationMs: 1,
  bytesIn: 0,
  bytesOut: 0,
  userAgent: '',
  interrupted: false,
});
const rows = (...at: number[]) => at.map(row);
const shown = (feed: TailFeed) => feed.snapshot().rows.map(({ requestId }) => Number(requestId.slice(1)));

/** A stream that the test feeds, one that follows the other when it was lost. */
function source(newest: () => LogRow[] = () => []) {
  const streams: { push(items: LogRow[]): void; lose(): void; signal: AbortSignal }[] = [];
  const timers: { run: () => void; ms: number }[] = [];
  const feed = new TailFeed(
    {
      follow: async (signal) => {
        let take: ((step: IteratorResult<{ items: LogRow[] }>) => void) | null = null;
        let fail: ((error: Error) => void) | null = null;
        const queue: { items: LogRow[] }[] = [];
        streams.push({
          signal,
          push: (items) => {
            if (take === null) queue.push({ items });
            else take({ done: false, value: { items } });
            take = null;
          },
          lose: () => fail?.(new Error('the connection was lost')),
        });
        return {
          [Symbol.asyncIterator]: () => ({
            next: () => {
              const value = queue.shift();
              if (value !== undefined) return Promise.resolve({ done: false as const, value });
              return new Promise((resolve, reject) => {
                [take, fail] = [resolve, reject];
              });
            },
          }),
        };
      },
      newest: async () => newest(),
    },
    (run, ms) => {
      const timer = { run, ms };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), 1);
    },
  );
  /** Lets what is under way go on, then everything that waits for a time. */
  const turn = async () => {
    for (let step = 0; step < 10; step++) await Promise.resolve();
    for (const { run } of timers.splice(0)) run();
    for (let step = 0; step < 10; step++) await Promise.resolve();
  };
  return { feed, streams, timers, turn };
}

test('begins with the newest rows, and what arrives is above them, none twice', async () => {
  const { feed, streams, turn } = source(() => rows(3, 2, 1));
  feed.start();
  await turn();
  expect(feed.snapshot().state).toBe('live');
  streams[0]?.push(rows(3, 4));
  streams[0]?.push(rows(5));
  await turn();
  expect(shown(feed)).toEqual([5, 4, 3, 2, 1]);
});

test('pauses with a count of what has arrived, and goes on with all of it', async () => {
  const { feed, streams, turn } = source(() => rows(1));
  feed.start();
  await turn();
  feed.pause();
  streams[0]?.push(rows(2, 3));
  await turn();
  expect(feed.snapshot()).toMatchObject({ paused: true, waiting: 2 });
  expect(shown(feed)).toEqual([1]);
  feed.resume();
  expect(feed.snapshot()).toMatchObject({ paused: false, waiting: 0 });
  expect(shown(feed)).toEqual([3, 2, 1]);
});

test('keeps the last rows alone, however many arrive while it shows or is paused', async () => {
  const { feed, streams, turn } = source();
  feed.start();
  await turn();
  const many = Array.from({ length: MOST_ROWS * 2 }, (_, at) => row(at));
  streams[0]?.push(many);
  await turn();
  expect(feed.snapshot().rows).toHaveLength(MOST_ROWS);
  expect(shown(feed)[0]).toBe(MOST_ROWS * 2 - 1);
  feed.pause();
  streams[0]?.push(Array.from({ length: MOST_ROWS * 2 }, (_, at) => row(MOST_ROWS * 2 + at)));
  await turn();
  expect(feed.snapshot().waiting).toBe(MOST_ROWS * 2);
  feed.resume();
  expect(feed.snapshot().rows).toHaveLength(MOST_ROWS);
  expect(shown(feed)[0]).toBe(MOST_ROWS * 4 - 1);
});

test('says that the connection is lost, joins again later each time, and has what it missed', async () => {
  let there = rows(1);
  const { feed, streams, timers, turn } = source(() => there);
  feed.start();
  await turn();
  streams[0]?.lose();
  for (let step = 0; step < 10; step++) await Promise.resolve();
  expect(feed.snapshot().state).toBe('lost');
  expect(timers.map(({ ms }) => ms)).toEqual([1_000]);
  there = rows(3, 2, 1);
  await turn();
  await turn();
  expect(feed.snapshot().state).toBe('live');
  expect(shown(feed)).toEqual([3, 2, 1]);
  expect(streams[0]?.signal.aborted).toBe(true);
});

test('ended, it listens no longer and shows nothing more', async () => {
  const { feed, streams, timers, turn } = source();
  feed.start();
  await turn();
  streams[0]?.push(rows(1));
  for (let step = 0; step < 10; step++) await Promise.resolve();
  feed.end();
  expect(streams[0]?.signal.aborted).toBe(true);
  expect(timers).toEqual([]);
  expect(shown(feed)).toEqual([]);
});
