import type { Clock } from '../../base/clock.ts';
import type { CountersQuery, CountersShown } from './contract.ts';
import type { Limiter, LimitQuestion, Quota, Standing } from './limiter.ts';

/** So many tokens are looked at before others get their turn: the gateway answers clients in the same thread. */
const AT_ONCE = 2_000;

export interface CountersFrom {
  readonly limiter: Limiter;
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
  { limiter, clock, question, nameOf }: CountersFrom,
  query: CountersQuery,
): Promise<Omit<CountersShown, 'source'>> {
  const monotonic = clock.monotonic();
  const at = clock.now();
  const wanted = query.search?.trim().toLowerCase() ?? '';
  const found: Found[] = [];
  const look = (tokenId: string): void => {
    const tokenName = nameOf(tokenId);
    if (tokenName === null || !tokenName.toLowerCase().includes(wanted)) return;
    const standing = limiter.standing('token', question(tokenId), monotonic);
    if (standing.used > 0 || tokenId === query.tokenId) found.push({ tokenId, tokenName, standing });
  };
  if (query.tokenId !== undefined) look(query.tokenId);
  else {
    let looked = 0;
    for (const tokenId of limiter.tokens()) {
      look(tokenId);
      if (++looked % AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
  found.sort((a, b) => b.standing.used - a.standing.used || (a.tokenId < b.tokenId ? -1 : 1));
  const shown = ({ hour, used, burst }: Standing) => ({
    hour: shownQuota(hour, used, at),
    burst: burst === null ? null : shownQuota(burst, burst.used, at),
  });
  return {
    at: new Date(at),
    instance: shown(limiter.standing('instance', question(''), monotonic)),
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
