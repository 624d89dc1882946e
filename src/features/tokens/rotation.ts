import { DAY, HOUR } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import type { Overlap, Token } from './contract.ts';

const OVERLAPS: Record<Overlap, number> = { none: 0, '1h': HOUR, '24h': DAY, '7d': 7 * DAY };

/**
 * Until when the secret that a rotation now replaces stays valid, in Unix milliseconds: never past the token's
 * expiry. Refused with `token.revoked` and `token.expired`, and with `rotation.running` while an earlier one's
 * overlap lasts, as a third secret would have to be valid; without an overlap every old one is void at once.
 */
export function oldValidUntil(token: Token, overlap: Overlap, now: number): number {
  if (token.revokedAt) throw new Fault('token.revoked');
  if (token.status === 'expired')
    throw new Fault('token.expired', { expiry: token.expiresAt?.toISOString() ?? '' });
  const running = outgoing(token, now);
  if (running && overlap !== 'none') throw new Fault('rotation.running', { until: running.toISOString() });
  return Math.min(now + OVERLAPS[overlap], token.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY);
}

/** The end of the running overlap, or null where none runs. */
export function outgoing(token: Token, now: number): Date | null {
  const end = token.secrets.find((secret) => secret.validUntil !== null)?.validUntil ?? null;
  return end !== null && end.getTime() > now ? end : null;
}
