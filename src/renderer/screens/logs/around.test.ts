import { expect, test } from 'vitest';
import { around } from './around.ts';

const rows = (text: string) => [...text].map((requestId) => ({ requestId }));
const ids = (found: { requestId: string }[]) => found.map(({ requestId }) => requestId).join('');

test('a request is in the middle of what arrived before and after it', () => {
  expect(ids(around(rows('dcba'), rows('efghij'), 'e', 2))).toBe('cdefg');
});

test('requests of its own millisecond are before it where they arrived before it', () => {
  expect(ids(around(rows('dcba'), rows('efghij'), 'g', 2))).toBe('efghi');
});

test('at an end of the log there are fewer', () => {
  expect(ids(around([], rows('ab'), 'a', 3))).toBe('ab');
  expect(ids(around(rows('ba'), rows('c'), 'c', 3))).toBe('abc');
});
