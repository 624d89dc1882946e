import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { UnderWay } from './under-way.ts';

const limit = { requestsPerHour: 1, burst: { requests: 1, seconds: 1 } };
const letIn = { question: { tokenId: 'a', token: limit, instance: null }, time: 0 };
const response = (closed = false) =>
  Object.assign(new EventEmitter(), { closed }) as unknown as ServerResponse;

test('a request is under way until its answer has ended, and is known for a while after', () => {
  let now = 0;
  const underWay = new UnderWay(() => now);
  const [first, second, third] = [response(), response(), response()];
  underWay.begin({ ...letIn, time: 1 }, first);
  underWay.begin({ ...letIn, time: 2 }, second);
  now = 1_000;
  first.emit('close');
  const timesAfter = (time: number) => underWay.after(time).map((one) => one.time);
  expect(timesAfter(999)).toEqual([2, 1]);
  expect(timesAfter(1_000)).toEqual([2]);
  now = 3_600_000;
  underWay.begin({ ...letIn, time: 3 }, third);
  third.emit('close');
  expect(timesAfter(0)).toEqual([2, 3]);
});

test('one whose client has left already ends at once', () => {
  const underWay = new UnderWay(() => 5);
  underWay.begin(letIn, response(true));
  expect(underWay.after(5)).toEqual([]);
});
