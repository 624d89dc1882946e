import { randomUUID } from 'node:crypto';
import type { LimitAnswer, LimitQuestion } from '../../src/features/limits/limiter.ts';
import { askCall, limitAnswer, trialOfAsk } from '../../src/features/limits/redis/calls.ts';
import { redisKeys } from '../../src/features/limits/redis/keys.ts';
import { openRedisLink, type RedisLink } from '../../src/features/limits/redis/link.ts';
import type { AskMode } from '../../src/features/limits/redis/lua-ask.ts';

/** For tests: a connection to a Redis server that is there. */
export async function connectRedis(url: string): Promise<RedisLink> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const link = openRedisLink(
    url,
    { ready: resolve, away: () => undefined },
    { connect: 5_000, command: 30_000 },
  );
  link.open();
  await promise;
  return link;
}

export interface RedisAsk {
  readonly question: LimitQuestion;
  readonly trial?: LimitQuestion | null;
  readonly mode?: AskMode;
  /** The server's wall clock, in milliseconds. */
  readonly now: number;
  /** The latest that it can be; with `=` where that was asked before. */
  readonly notAfter?: number | string;
}

/** For tests: shared counters of their own, empty, whose wall clock is given with each call. */
export async function freshCounters(link: RedisLink, began = -1e12) {
  const keys = redisKeys(randomUUID());
  const generation = randomUUID();
  await link.client.set(keys.lock, 'test');
  await link.run('gatehousePublish', [keys.state, keys.lock], ['test', generation, began, began]);
  const over = (link: RedisLink) => {
    /** The script's own answer. */
    const raw = async ({ question, trial = null, mode = 'charge', now, notAfter }: RedisAsk) => {
      const { keys: own, args } = askCall(keys.of(generation), mode, question, trial);
      const where = [generation, notAfter ?? '', now];
      return (await link.run('gatehouseAsk', [keys.state, ...own], [...where, ...args])) as number[];
    };
    /** Asks one after the other, all in one go. */
    const ask = (asks: readonly RedisAsk[]): Promise<LimitAnswer[]> =>
      Promise.all(asks.map(async (one) => limitAnswer(one.question, await raw(one), one.mode ?? 'charge')));
    return { raw, ask, trial: async (one: RedisAsk) => trialOfAsk(await raw(one)) };
  };
  return { keys, generation, over, ...over(link) };
}
