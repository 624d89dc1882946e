import type { SeenAddress } from '../logs/seen.ts';
import type { CutOff, IpRule } from './contract.ts';
import { compileIpRules, type IpJudge } from './judge-address.ts';
import type { RangeRule } from './ranges.ts';

/** A rule as impact compares it: `tokenIds` null means all API access. */
export interface ComparedRule extends RangeRule {
  readonly tokenIds: readonly string[] | null;
}

/** The clients that may call under `before` and no longer under `after`, in the order of `seen`. */
export function cutOffBy(
  before: readonly ComparedRule[],
  after: readonly ComparedRule[],
  seen: readonly SeenAddress[],
): CutOff[] {
  const was = judgeOf(before);
  const willBe = judgeOf(after);
  return seen
    .filter(
      ({ address, tokenId }) =>
        was.judge(address, tokenId).allowed && !willBe.judge(address, tokenId).allowed,
    )
    .map(({ lastSeen, ...client }) => ({ ...client, lastSeen: new Date(lastSeen) }));
}

/** A rule of the list, as impact compares it. */
export const comparedRule = ({ tokens, ...rule }: IpRule): ComparedRule => ({
  ...rule,
  tokenIds: tokens?.map((token) => token.id) ?? null,
});

function judgeOf(rules: readonly ComparedRule[]): IpJudge {
  const all: RangeRule[] = [];
  const byToken = new Map<string, RangeRule[]>();
  for (const rule of rules) {
    if (rule.tokenIds === null) all.push(rule);
    for (const tokenId of rule.tokenIds ?? []) {
      const own = byToken.get(tokenId);
      if (own) own.push(rule);
      else byToken.set(tokenId, [rule]);
    }
  }
  return compileIpRules({ all, byToken });
}
