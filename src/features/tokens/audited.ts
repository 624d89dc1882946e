import type { Recorded } from '../audit/audit-log.ts';
import type { AuditAction } from '../audit/contract.ts';
import type { Token } from './contract.ts';

/** What of a token an admin decides, and which secrets it has by their first characters; not when it was used. */
const decided = (token: Token) => ({
  name: token.name,
  user: token.user,
  scope: token.scope,
  endpoints: token.endpoints,
  restrictions: token.restrictions,
  status: token.status,
  note: token.note,
  expiresAt: token.expiresAt,
  revokedAt: token.revokedAt,
  secrets: token.secrets.map(({ id, prefix, validUntil }) => ({ id, prefix, validUntil })),
});

/** A change of a token for the audit log. @param before null: it is new */
export const recordedToken = (action: AuditAction, before: Token | null, after: Token): Recorded => ({
  action,
  subject: { kind: 'token', id: after.id, name: after.name },
  before: before && decided(before),
  after: decided(after),
});
