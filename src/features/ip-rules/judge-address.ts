import { compileRanges, type RangeRule, type RangeSet } from './ranges.ts';

/** The compiled IP rules of an instance. */
export interface IpJudge {
  /** May this address call (with this token), by which rule, and whose ranges decided? */
  judge(address: string, tokenId?: string): AddressVerdict;
}

export interface AddressVerdict {
  readonly allowed: boolean;
  readonly rule: RangeRule | null;
  /** none: there are no ranges, so any address may call. */
  readonly judgedBy: 'token' | 'all' | 'none';
}

/**
 * Compiles IP rules into the one judgement: a token with ranges of its own is judged by those, any other by the
 * ranges for all; with neither, any address may call.
 */
export function compileIpRules(rules: {
  readonly all: readonly RangeRule[];
  readonly byToken: ReadonlyMap<string, readonly RangeRule[]>;
}): IpJudge {
  const all = compileRanges(rules.all);
  const byToken = new Map<string, RangeSet>();
  for (const [tokenId, own] of rules.byToken) byToken.set(tokenId, compileRanges(own));
  return {
    judge(address, tokenId) {
      const own = tokenId === undefined ? undefined : byToken.get(tokenId);
      const ranges = own ?? all;
      if (ranges.size === 0) return { allowed: true, rule: null, judgedBy: 'none' };
      const rule = ranges.match(address);
      return { allowed: rule !== null, rule, judgedBy: own ? 'token' : 'all' };
    },
  };
}
