import type { ReasonCode } from '../../base/reasons.ts';
import type { RecordHead } from '../../features/logs/parse-record.ts';
import type { LogRecord } from '../../features/logs/record.ts';
import { decodeRecord } from '../../features/logs/stored-record.ts';
import type { changes } from './contract.ts';

/** Whether a request got past the gateway, and where not (or where its restrictions were in the way), why. */
export interface Verdict {
  readonly letIn: boolean;
  readonly reason: ReasonCode | null;
}

/** What the log says was decided. */
export interface Recorded extends Verdict {
  /** Who asked is known, and the decision was made: it can be made again. */
  readonly judged: boolean;
}

/** Rows 1 to 5 of the decision, and row 7: what the gateway and the restrictions refuse. */
const REFUSALS: ReadonlySet<ReasonCode> = new Set([
  'token.missing',
  'token.malformed',
  'token.unknown',
  'token.inactive',
  'token.expired',
  'token.revoked',
  'user.deactivated',
  'ip.denied',
  'limit.hour',
  'limit.burst',
  'limit.unauthenticated',
  'endpoint.unknown',
  'endpoint.method',
  'scope.endpoint',
  'scope.method',
  'restriction.hidden',
  'restriction.write',
]);

/** What the gateway answers without asking who asks. */
const UNJUDGED: ReadonlySet<ReasonCode> = new Set(['policy.stale', 'log.unavailable', 'limits.unavailable']);

/** These took the place of whatever had been decided; the checks still say it. */
const HIDING: ReadonlySet<ReasonCode> = new Set(['client.closed', 'gateway.failed']);

const GATE: ReadonlySet<LogRecord['checks'][number]['check']> = new Set([
  'credential',
  'address',
  'limits',
  'endpoint',
  'scope',
]);

/** Credentials that the log cannot tell from a missing one by more than the reason: with these there was none. */
const ANONYMOUS: ReadonlySet<ReasonCode | null> = new Set([null, 'token.missing', 'ip.denied']);

/**
 * The verdict of a row.
 * @param json the whole record, which few rows need parsed
 */
export function recordedVerdict(record: RecordHead, json: string): Recorded {
  const { reason, tokenId } = record;
  if (reason !== null && HIDING.has(reason)) {
    const { checks = [] } = decodeRecord(json);
    const refused = checks.find(({ check, passed }) => !passed && GATE.has(check));
    const judged = tokenId !== null && (record.counted || refused !== undefined);
    return { letIn: record.counted && refused === undefined, reason, judged };
  }
  const letIn = reason === null || !(REFUSALS.has(reason) || UNJUDGED.has(reason));
  if (tokenId === null)
    return ANONYMOUS.has(reason) ? { letIn, reason, judged: true } : { letIn: false, reason, judged: false };
  return { letIn, reason, judged: reason === null || !UNJUDGED.has(reason) };
}

/** What a policy changes of a recorded verdict; `after` is null where it cannot be decided. */
export function changeOf(before: Recorded, after: Verdict | null): (typeof changes)[number] | null {
  if (after === null) return 'undecidable';
  if (before.letIn !== after.letIn) return before.letIn ? 'deny' : 'allow';
  if (before.letIn || before.reason === after.reason) return null;
  // What hid the reason, or stood in for it where there were many, says nothing of the reason itself.
  const told =
    before.reason !== null && !HIDING.has(before.reason) && before.reason !== 'limit.unauthenticated';
  return told ? 'otherReason' : null;
}
