import type { LimitAnswer, Limiter, LimitQuestion } from '../features/limits/limiter.ts';
import {
  type Anonymous,
  type Arrival,
  type Authorised,
  authorise,
  type Identity,
  identify,
  type JudgedRequest,
  type Unauthorised,
} from './judge.ts';
import type { Policy } from './policy.ts';

/** Rows 1 to 5 of a decision, whole. */
export interface Judgement {
  readonly identity: Identity | Anonymous;
  /** What the limiter said; null where it was not asked, as nobody was known. */
  readonly limits: LimitAnswer | null;
  /** The last word: null where `identity` is a refusal already. */
  readonly authorised: Authorised | Unauthorised | null;
}

/**
 * Judges a request by rows 1 to 5: who asks and from where, the limits in between, then endpoint and scope. The gateway,
 * "test a request" and the rehearsal all come through here.
 * @param limiter asked, and so charged, once at most; with `charge` false only what it would say
 */
export function judge(
  policy: Policy,
  limiter: Limiter,
  request: JudgedRequest,
  { time, steadyTime }: Arrival,
  charge = true,
): Judgement {
  const identity = identify(policy, request, time);
  const { compiled } = identity;
  if (!identity.ok) {
    // Who is known is told where they stand, also from an address that is not allowed.
    const limits =
      identity.authenticated && compiled
        ? limiter.peek(questionOf(policy, compiled.token.id), steadyTime)
        : null;
    return { identity, limits, authorised: null };
  }
  const question = compiled && questionOf(policy, compiled.token.id);
  const limits =
    question && (charge ? limiter.ask(question, steadyTime) : limiter.predict(question, steadyTime));
  return { identity, limits, authorised: authorise(policy, identity, request, limits) };
}

/** What the limiter is asked about a token: the limits that a policy has for it. */
export const questionOf = (policy: Policy, tokenId: string): LimitQuestion => ({
  tokenId,
  token: policy.limitOf(tokenId),
  instance: policy.instanceLimit,
});
