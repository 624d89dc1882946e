import type { Clock } from '../base/clock.ts';
import { Fault } from '../base/faults.ts';
import { REASONS } from '../base/reasons.ts';
import { parseAddress } from '../features/ip-rules/ranges.ts';
import type { KeyRing } from '../features/tokens/key-ring.ts';
import { limitHeaders, refusalAnswer, shownLimits } from './answer.ts';
import type { ExplainQuestion, Explanation } from './contract.ts';
import { type Credential, readCredential } from './judge.ts';
import { foresee, type LimitsLook } from './judgement.ts';
import { labelOf } from './log-record.ts';
import type { Policy } from './policy.ts';

export interface ExplainParts {
  readonly policy: Policy;
  readonly limits: LimitsLook;
  /** The keys that secrets are hashed with. */
  readonly ring: () => KeyRing;
  readonly clock: Clock;
  /** Whose counters those are. */
  readonly countedBy: Explanation['countedBy'];
}

/**
 * What would be decided of a request that came now: as the gateway's own `judge` would, with nothing charged. Refused with
 * `id.unknown` and, for what is no address, `input.invalid`.
 */
export async function explain(parts: ExplainParts, question: ExplainQuestion): Promise<Explanation> {
  const { policy, clock } = parts;
  const parsed = parseAddress(question.address);
  if (!parsed.ok) throw new Fault('input.invalid', { field: 'address', detail: parsed.detail });
  const address = parsed.canonical;
  const [path = ''] = question.path.split('?');
  const { method } = question;
  const match = policy.catalogue.match(method, path);
  const request = { method, path, address, match, credential: credentialOf(parts, question.credential) };
  const now = { time: clock.now(), steadyTime: clock.monotonic() };
  const { identity, limits, authorised } = await foresee(policy, parts.limits, request, now);

  const result = authorised ?? identity;
  const headers = limits === null ? [] : limitHeaders(shownLimits(limits, now.time), limits);
  const refused = result.ok ? null : result;
  const answer =
    refused && refusalAnswer('', refused, limits, authorised?.ok === false ? authorised.allow : null);
  if (answer !== null) headers.push(...answer.headers, 'Content-Type', answer.type);
  headers.push('Cache-Control', 'no-store');
  const { compiled } = identity;
  return {
    verdict: refused === null ? 'allow' : 'deny',
    status: answer?.status ?? null,
    reason: refused?.reason ?? null,
    code: refused === null ? null : REASONS[refused.reason].code,
    detail: refused?.detail ?? null,
    tokenId: compiled?.token.id ?? null,
    tokenName: compiled?.token.name ?? null,
    userName: compiled?.user.name ?? null,
    address,
    endpoint: match.kind === 'found' ? labelOf(match.endpoint) : null,
    checks: [...result.checks],
    restrictions: refused === null ? (compiled?.restrictionDetail ?? 'no restrictions') : null,
    headers: pairsOf(headers),
    countedBy: parts.countedBy,
    policyVersion: policy.version,
  };
}

function credentialOf({ policy, ring }: ExplainParts, asked: ExplainQuestion['credential']): Credential {
  if (asked.kind === 'none') return { kind: 'missing' };
  if (asked.kind === 'secret') return readCredential(`Bearer ${asked.secret.trim()}`, ring);
  if (policy.token(asked.tokenId) === null)
    throw new Fault('id.unknown', { kind: 'token', id: asked.tokenId });
  return { kind: 'token', tokenId: asked.tokenId, validUntil: null };
}

function pairsOf(headers: readonly string[]): [string, string][] {
  return headers.flatMap((name, index) =>
    index % 2 === 0 ? [[name, headers[index + 1] as string] as [string, string]] : [],
  );
}
