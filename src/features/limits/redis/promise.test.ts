import { afterAll, beforeAll, inject } from 'vitest';
import { keepsThePromise } from '../../../../tests/support/limits-promise.ts';
import { connectRedis, freshCounters } from '../../../../tests/support/redis-counters.ts';
import type { RedisLink } from './link.ts';

let link: RedisLink;
beforeAll(async () => {
  link = await connectRedis(inject('redis'));
});
afterAll(() => link.close());

keepsThePromise('in Redis', () => freshCounters(link), 400);
