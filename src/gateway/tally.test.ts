import { expect, test } from 'vitest';
import { makeFront } from '../../tests/support/gateway-front.ts';
import { sendRaw } from '../../tests/support/raw-connection.ts';
import { JournalUnavailable } from '../features/logs/journal.ts';
import { createTally } from './tally.ts';

test('answers are counted as they were answered, also where the log could not be written', async () => {
  let writable = true;
  const { address, ask, counted, close } = await makeFront(async () => {
    if (!writable) throw new JournalUnavailable('the disk is full', null);
  });
  await ask();
  await ask();
  await fetch(`${address}/nothing`); // nobody is told which paths there are
  await sendRaw(address, 'NONSENSE\r\n\r\n');
  writable = false;
  await ask();
  const { requests, durations } = counted();
  expect(requests).toEqual([
    { statusClass: '2xx', reason: 'none', count: 2 },
    { statusClass: '4xx', reason: 'token.missing', count: 1 },
    { statusClass: '4xx', reason: 'request.invalid', count: 1 },
    { statusClass: '5xx', reason: 'log.unavailable', count: 1 },
  ]);
  expect(durations.reduce((sum, count) => sum + count)).toBe(5);
  await close();
});

test('a duration is counted in the first bucket that is not below it', () => {
  const tally = createTally();
  for (const durationMs of [0, 1, 1.001, 10_000, 10_001])
    tally.answered({ status: 200, reason: null, durationMs });
  const { durations, durationSeconds } = tally.read();
  expect(durations).toEqual([2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
  expect(durationSeconds).toBeCloseTo(20.003, 3);
});
