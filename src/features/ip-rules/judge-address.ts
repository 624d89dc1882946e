import { type PlacedRule, placeRule, type RangeRule, type RangeSet, Ranges } from './ranges.ts';

/** A rule with the tokens it is for: null means all API access. */
export interface OwnedRule extends RangeRule {
  readonly tokenIds: readonly string[] | null;
}

export interface AddressVerdict {
  readonly allowed: boolean;
  readonly rule: RangeRule | null;
  /** none: there are no ranges, so any address may call. */
  readonly judgedBy: 'token' | 'all' | 'none';
}

/**
 * The IP rules of an instance, compiled into the one judgement: a token with ranges of its own is judged by those, any
 * other by the ranges for all; with neither, any address may call. A change costs what it changes.
 */
export class IpRules {
  readonly #rules = new Map<string, OwnedRule & PlacedRule>();
  readonly #all = new Ranges();
  readonly #byToken = new Map<string, Ranges>();

  constructor(rules: readonly OwnedRule[] = []) {
    this.replace([], rules);
  }

  /** Takes what is now true of the rules `ids`; one that is not among `rules` is gone. */
  replace(ids: Iterable<string>, rules: readonly OwnedRule[]): void {
    // All are read before any is in force.
    const placed = rules.map(placeRule);
    for (const id of ids) this.#drop(id);
    for (const rule of placed) this.#put(rule);
  }

  /** The ranges that judge a token: its own, else those for all; null where there are none. */
  rangesOf(tokenId: string | undefined): { of: 'token' | 'all'; ranges: RangeSet } | null {
    const own = tokenId === undefined ? undefined : this.#byToken.get(tokenId);
    if (own !== undefined) return { of: 'token', ranges: own };
    return this.#all.size === 0 ? null : { of: 'all', ranges: this.#all };
  }

  /** May this address call (with this token), by which rule, and whose ranges decided? */
  judge(address: string, tokenId?: string): AddressVerdict {
    const judging = this.rangesOf(tokenId);
    if (judging === null) return { allowed: true, rule: null, judgedBy: 'none' };
    const rule = judging.ranges.match(address);
    return { allowed: rule !== null, rule, judgedBy: judging.of };
  }

  #put(rule: OwnedRule & PlacedRule): void {
    this.#rules.set(rule.id, rule);
    if (rule.tokenIds === null) this.#all.add(rule);
    for (const tokenId of rule.tokenIds ?? []) {
      const own = this.#byToken.get(tokenId) ?? new Ranges();
      own.add(rule);
      this.#byToken.set(tokenId, own);
    }
  }

  #drop(id: string): void {
    const rule = this.#rules.get(id);
    if (rule === undefined) return;
    this.#rules.delete(id);
    if (rule.tokenIds === null) this.#all.remove(rule);
    for (const tokenId of rule.tokenIds ?? []) {
      const own = this.#byToken.get(tokenId);
      own?.remove(rule);
      if (own?.size === 0) this.#byToken.delete(tokenId);
    }
  }
}
