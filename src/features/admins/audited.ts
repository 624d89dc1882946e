import type { Recorded } from '../audit/audit-log.ts';
import type { AuditAction } from '../audit/contract.ts';
import type { Account, AccountSession } from './contract.ts';
import type { Visitor } from './sessions-store.ts';

/** The actor of what is done without a credential, or with one that nobody should have. */
export const VISITOR = 'visitor';

/** As the audit log names who signed in. */
export const actorOf = (account: string): string => `admin:${account}`;

/** What of an account an owner decides, and how many sessions it has; of its password only when it was set. */
const decided = ({ name, role, active, passwordSetAt, sessions }: Account) => ({
  name,
  role,
  active,
  passwordSetAt,
  sessions,
});

/** A change of an admin account for the audit log. @param before null: it is new */
export const recordedAccount = (
  action: AuditAction,
  before: Account | null,
  after: Account,
  passwordReplaced = false,
): Recorded => ({
  action,
  subject: { kind: 'admin', id: after.id, name: after.name },
  before: before && decided(before),
  after: passwordReplaced ? { ...decided(after), passwordReplaced } : decided(after),
});

/** The beginning or end of a session for the audit log. @param before null: it begins */
export function recordedSession(
  action: AuditAction,
  before: AccountSession | null,
  after: AccountSession,
): Recorded {
  const known = ({ account, address, userAgent, signedInAt, ended }: AccountSession) => ({
    account,
    address,
    userAgent,
    signedInAt,
    ended,
  });
  return {
    action,
    subject: { kind: 'session', id: after.id, name: after.account },
    before: before && known(before),
    after: known(after),
  };
}

/** A password that was given again, or a wrong one, for the audit log. */
export const recordedAttempt = (
  action: AuditAction,
  subject: Recorded['subject'],
  { address, userAgent }: Visitor,
): Recorded => ({ action, subject, before: null, after: { address, userAgent } });
