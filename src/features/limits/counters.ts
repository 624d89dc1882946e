import type { Clock } from '../../base/clock.ts';
import type { CountersQuery, CountersShown } from './contract.ts';
import type { Limiter, LimitOwner, LimitQuestion, Quota, Standing } from './limiter.ts';

/** So many tokens are looked at before others get their turn: the gateway answers clients in the same thread. */
const AT_ONCE = 2_000;

/** Counters that are looked at and not charged, wherever they are. */
export interface Standings {
  /** The tokens that may count something, some at a time. */
  tokens(): AsyncIterable<readonly string[]>;
  standings(owner: LimitOwner, questions: readonly LimitQuestion[], now: number): Promise<Standing[]>;
}

/** Those of a limiter in memory. */
export const standingsOf = (limiter: Limiter): Standings => ({
  async *tokens() {
    let some: string[] = [];
    for (const tokenId of limiter.tokens()) {
      if (some.push(tokenId) < AT_ONCE) continue;
      yield some;
      some = [];
      await new Promise((resolve) => setImmediate(resolve));
    }
    yield some;
  },
  standings: async (owner, questions, now) =>
    questions.map((question) => limiter.standing(owner, question, now)),
});

export interface CountersFrom {
  readonly counters: Standings;
  readonly clock: Clock;
  question(tokenId: string): LimitQuestion;
  /** null: there is no such token any more. */
  nameOf(tokenId: string): string | null;
}

interface Found {
  readonly tokenId: string;
  readonly tokenName: string;
  readonly standing: Standing;
}

/** How the limits stand, the busiest tokens of the last hour first. */
export async function readCounters(
  { counters, clock, question, nameOf }: CountersFrom,
  query: CountersQuery,
): Promise<Omit<CountersShown, 'source'>> {
  const monotonic = clock.monotonic();
  const at = clock.now();
  const wanted = query.search?.trim().toLowerCase() ?? '';
  const found: Found[] = [];
  const look = async (tokenIds: readonly string[]): Promise<void> => {
    const named = tokenIds.flatMap((tokenId) => {
      const tokenName = nameOf(tokenId);
      return tokenName?.toLowerCase().includes(wanted) ? [{ tokenId, tokenName }] : [];
    });
    const questions = named.map(({ tokenId }) => question(tokenId));
    const standings = await counters.standings('token', questions, monotonic);
    for (const [n, token] of named.entries()) {
      const standing = standings[n] as Standing;
      if (standing.used > 0 || token.tokenId === query.tokenId) found.push({ ...token, standing });
    }
  };
  if (query.tokenId !== undefined) await look([query.tokenId]);
  else for await (const tokenIds of counters.tokens()) await look(tokenIds);
  const [instance] = await counters.standings('instance', [question('')], monotonic);
  found.sort((a, b) => b.standing.used - a.standing.used || (a.tokenId < b.tokenId ? -1 : 1));
  const shown = ({ hour, used, burst }: Standing) => ({
    hour: shownQuota(hour, used, at),
    burst: burst === null ? null : shownQuota(burst, burst.used, at),
  });
  return {
    at: new Date(at),
    instance: shown(instance as Standing),
    tokens: found.slice(query.offset, query.offset + query.limit).map(({ tokenId, tokenName, standing }) => ({
      tokenId,
      tokenName,
      ...shown(standing),
    })),
    total: found.length,
  };
}

const shownQuota = (quota: Quota, used: number, at: number) => {
  const bounded = Number.isFinite(quota.limit);
  return {
    limit: bounded ? quota.limit : null,
    seconds: quota.seconds,
    used,
    remaining: bounded ? quota.remaining : null,
    growsAt: quota.growsInMs === 0 ? null : new Date(at + quota.growsInMs),
  };
};
