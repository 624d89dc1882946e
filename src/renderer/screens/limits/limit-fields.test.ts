import { expect, test } from 'vitest';
import { burstRemark, draftOf, limitOf, sameLimit } from './limit-fields.tsx';

const limit = { requestsPerHour: 10_000, burst: { requests: 100, seconds: 10 } };

test('a draft goes back to the limit it came from', () => {
  expect(limitOf(draftOf(limit))).toEqual(limit);
  expect(sameLimit(limitOf(draftOf(limit)), limit)).toBe(true);
});

test.each([
  { requestsPerHour: null },
  { burstRequests: 0 },
  { burstSeconds: 3_601 },
  { requestsPerHour: 1.5 },
])('a draft with %j is no limit yet', (change) => {
  expect(limitOf({ ...draftOf(limit), ...change })).toBeNull();
});

test('a burst that can never bite, or that hides the hourly limit, is remarked on', () => {
  expect(burstRemark(limit)).toBeNull();
  expect(burstRemark({ requestsPerHour: 50, burst: { requests: 50, seconds: 1 } })).toMatch(/never bites/);
  expect(burstRemark({ requestsPerHour: 10_000, burst: { requests: 1, seconds: 60 } })).toMatch(
    /at most 60 an hour/,
  );
});
