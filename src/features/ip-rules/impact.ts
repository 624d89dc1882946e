import type { SeenAddress } from '../logs/seen.ts';
import type { CutOff, IpRule } from './contract.ts';
import { IpRules, type OwnedRule } from './judge-address.ts';

/** The clients that may call under `before` and no longer under `after`, in the order of `seen`. */
export function cutOffBy(
  before: readonly OwnedRule[],
  after: readonly OwnedRule[],
  seen: readonly SeenAddress[],
): CutOff[] {
  const was = new IpRules(before);
  const willBe = new IpRules(after);
  return seen
    .filter(
      ({ address, tokenId }) =>
        was.judge(address, tokenId).allowed && !willBe.judge(address, tokenId).allowed,
    )
    .map(({ lastSeen, ...client }) => ({ ...client, lastSeen: new Date(lastSeen) }));
}

/** A rule of the list, as it is compiled. */
export const ownedRule = ({ tokens, ...rule }: IpRule): OwnedRule => ({
  ...rule,
  tokenIds: tokens?.map((token) => token.id) ?? null,
});
