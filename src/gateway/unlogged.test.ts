import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { Unlogged } from './unlogged.ts';

const limit = { requestsPerHour: 1, burst: { requests: 1, seconds: 1 } };
const letIn = { question: { tokenId: 'a', token: limit, instance: null }, time: 0 };
const response = (closed = false) =>
  Object.assign(new EventEmitter(), { closed }) as unknown as ServerResponse;

test('a request is under way until its answer has ended, and is known for a while after', () => {
  let now = 0;
  const unlogged = new Unlogged(() => now);
  const [first, second, third] = [response(), response(), response()];
  unlogged.begin({ ...letIn, time: 1 }, first);
  unlogged.begin({ ...letIn, time: 2 }, second);
  now = 1_000;
  first.emit('close');
  const timesAfter = (time: number) => unlogged.after(time).map((one) => one.time);
  expect(timesAfter(999)).toEqual([2, 1]);
  expect(timesAfter(1_000)).toEqual([2]);
  now = 3_600_000;
  unlogged.begin({ ...letIn, time: 3 }, third);
  third.emit('close');
  expect(timesAfter(0)).toEqual([2, 3]);
});

test('one whose client has left already ends at once', () => {
  const unlogged = new Unlogged(() => 5);
  unlogged.begin(letIn, response(true));
  expect(unlogged.after(5)).toEqual([]);
});
