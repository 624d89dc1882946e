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
 * Judges a request by rows 1 to 5: who asks and from where, the limits in between, then endpoint and scope. The gateway
 * and the rehearsal come through here.
 * @param limiter asked, and so charged, once at most
 */
export function judge(
  policy: Policy,
  limiter: Limiter,
  request: JudgedRequest,
  { time, steadyTime }: Arrival,
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
  const limits = question && limiter.ask(question, steadyTime);
  return { identity, limits, authorised: authorise(policy, identity, request, limits) };
}

/** The limits, where they are only looked at; null: they cannot be asked. */
export interface LimitsLook {
  look(mode: 'predict' | 'peek', question: LimitQuestion, now: number): Promise<LimitAnswer | null>;
}

/** The limits as one limiter in memory has them. */
export const lookAt = (limiter: Limiter): LimitsLook => ({
  look: async (mode, question, now) => limiter[mode](question, now),
});

/** What `judge` would say, charging nothing: "test a request". */
export async function foresee(
  policy: Policy,
  limits: LimitsLook,
  request: JudgedRequest,
  { time, steadyTime }: Arrival,
): Promise<Judgement> {
  const identity = identify(policy, request, time);
  const { compiled } = identity;
  const known = compiled !== null && (identity.ok || identity.authenticated);
  const mode = identity.ok ? 'predict' : 'peek';
  const seen = known ? await limits.look(mode, questionOf(policy, compiled.token.id), steadyTime) : null;
  if (!identity.ok) return { identity, limits: seen, authorised: null };
  const authorised =
    known && seen === null ? limitsUnknown(identity) : authorise(policy, identity, request, seen);
  return { identity, limits: seen, authorised };
}

/** Row 3 where the limits cannot be asked: nobody is let in who may be beyond them. */
export const limitsUnknown = (identity: Identity): Unauthorised => ({
  ok: false,
  reason: 'limits.unavailable',
  detail: 'The limits cannot be checked at the moment, so no request is served. Try again shortly.',
  checks: [
    ...identity.checks,
    { check: 'limits', passed: false, detail: 'the shared counters cannot be asked' },
  ],
  allow: null,
});

/** What the limiter is asked about a token: the limits that a policy has for it. */
export const questionOf = (policy: Policy, tokenId: string): LimitQuestion => ({
  tokenId,
  token: policy.limitOf(tokenId),
  instance: policy.instanceLimit,
});
