import type { ReasonCode } from '../../base/reasons.ts';
import type { Limit } from '../../features/limits/contract.ts';
import { createLimiter } from '../../features/limits/limiter.ts';
import type { RecordHead } from '../../features/logs/parse-record.ts';
import type { Credential } from '../judge.ts';
import { judge } from '../judgement.ts';
import type { CompiledToken, Policy } from '../policy.ts';
import type { Recorded, Verdict } from './recorded.ts';
import { type RestrictionChange, refusalOf } from './restrictions.ts';

/** When a row's request was admitted, by the limiter's clock. */
export const steadyTimeOf = (record: RecordHead): number => record.steadyTime ?? record.time;

/** After so many requests, tokens that count nothing any more are looked for among as many. */
const SWEEP_EVERY = 10_000;

const PASSED: Verdict = { letIn: true, reason: null };

/** What the API has against the request itself, it has whatever the restrictions are. */
const STANDS: ReadonlySet<ReasonCode> = new Set(['request.invalid', 'request.too_large', 'resource.unknown']);

/** Admits everything, and counts it in the windows of `limit`. */
const boundless = ({ burst }: Limit): Limit => ({
  requestsPerHour: Number.MAX_SAFE_INTEGER,
  burst: { requests: Number.MAX_SAFE_INTEGER, seconds: burst.seconds },
});

/** One policy, from one moment of the log on, asked about the requests that came then, in their order. */
export interface Replay {
  /** Counts a request of before that moment as the log says it was. */
  warm(record: RecordHead): void;
  /** What the policy says to a request; null: the log does not have what would decide. */
  judge(record: RecordHead, recorded: Recorded): Verdict | null;
}

/**
 * @param before whose limits counted until that moment: a gateway that is given others carries its counters over
 * @param restrictionChange how the policy's restrictions of a token differ from those that the log was written under
 */
export function createReplay(
  policy: Policy,
  before: Policy,
  restrictionChange: (compiled: CompiledToken) => RestrictionChange,
): Replay {
  const limiter = createLimiter();
  let asked = 0;

  /** Past the gateway: then what the log says came of it stands, unless the restrictions are others. */
  function restricted(compiled: CompiledToken, record: RecordHead, recorded: Recorded): Verdict | null {
    const { reason, places } = record;
    const { visible } = compiled;
    const wasRestricted = reason === 'restriction.hidden' || reason === 'restriction.write';
    // Newly past the gateway: what the API would say is not known.
    if (!recorded.letIn && !wasRestricted) return PASSED;
    const asBefore: Verdict = wasRestricted ? { letIn: false, reason } : PASSED;
    const { changed, sameGroups } = restrictionChange(compiled);
    if (!changed || (reason !== null && STANDS.has(reason))) return asBefore;
    if (places === undefined) return null;
    if (places.length === 0) return asBefore;
    const refusal = refusalOf(places, visible, record.method);
    if (refusal !== null) return { letIn: false, reason: refusal };
    const groupsAreGood = visible.userGroups === null || (sameGroups && !wasRestricted);
    return groupsAreGood ? PASSED : null;
  }

  return {
    warm(record) {
      if (!record.counted || record.tokenId === null) return;
      const time = steadyTimeOf(record);
      const { tokenId } = record;
      const ceiling = before.instanceLimit;
      limiter.ask(
        { tokenId, token: boundless(before.limitOf(tokenId)), instance: ceiling && boundless(ceiling) },
        time,
      );
    },
    judge(record, recorded) {
      const steadyTime = steadyTimeOf(record);
      if (++asked % SWEEP_EVERY === 0) limiter.sweep(SWEEP_EVERY, steadyTime);
      if (!recorded.judged) return { letIn: recorded.letIn, reason: recorded.reason };
      const credential: Credential =
        record.tokenId === null
          ? { kind: 'missing' }
          : { kind: 'token', tokenId: record.tokenId, validUntil: record.secretUntil ?? null };
      const request = {
        method: record.method,
        path: record.path,
        credential,
        address: record.address,
        match: policy.catalogue.match(record.method, record.path),
      };
      const { identity, authorised } = judge(policy, limiter, request, { time: record.time, steadyTime });
      if (!identity.ok)
        return identity.reason === 'token.unknown' ? null : { letIn: false, reason: identity.reason };
      if (authorised?.ok !== true) return { letIn: false, reason: authorised?.reason ?? null };
      const { compiled } = identity;
      return compiled === null ? PASSED : restricted(compiled, record, recorded);
    },
  };
}
