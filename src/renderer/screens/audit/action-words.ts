import { type AuditAction, type AuditSubject, auditAction } from '../../../features/audit/contract.ts';

const words: Record<AuditAction, string> = {
  'token.create': 'Generated a token',
  'token.update': 'Edited a token',
  'token.rotate': 'Rotated a token',
  'token.end_overlap': 'Ended a token’s overlap',
  'token.switch': 'Switched a token off or on',
  'token.revoke': 'Revoked a token',
  'token_policy.set': 'Changed the token policy',
  'key.replace': 'Replaced the key',
  'key.retire': 'Retired a key',
  'limit.set': 'Set a limit',
  'limit.clear': 'Removed a limit',
  'limit.adopt': 'Put a trial into force',
  'counters.reset': 'Reset counters',
  'ip_rule.add': 'Added an IP range',
  'ip_rule.update': 'Changed an IP range',
  'ip_rule.remove': 'Removed an IP range',
  'trusted_proxy.add': 'Trusted a proxy',
  'trusted_proxy.remove': 'Stopped trusting a proxy',
  'place.add': 'Added a place or group',
  'place.rename': 'Renamed a place or group',
  'place.remove': 'Removed a place or group',
  'user.add': 'Added a user',
  'user.update': 'Changed a user',
  'user.switch': 'Deactivated or activated a user',
  'upstream.set': 'Set the upstream',
  'upstream.clear': 'Went back to the built-in API',
  'gateway.start': 'Started the gateway',
  'gateway.stop': 'Stopped the gateway',
  'demo.create': 'Made the demo organisation',
  'demo.traffic': 'Sent demo traffic',
  'log.download': 'Began to download the log',
  'log.download_end': 'Downloaded the log',
  'log_view.save': 'Saved a view of the log',
  'log_view.remove': 'Removed a view of the log',
  'retention.set': 'Changed how long the log is kept',
  'admin.add': 'Added an admin',
  'admin.set_role': 'Changed an admin’s role',
  'admin.disable': 'Disabled an admin',
  'admin.enable': 'Enabled an admin',
  'admin.reset_password': 'Reset an admin’s password',
  'sign_in.link': 'Signed in with a link',
  'sign_in.password': 'Signed in with a password',
  'sign_in.refused': 'Failed to sign in',
  'step_up.password': 'Gave the password again',
  'step_up.refused': 'Gave a wrong password again',
  'session.sign_out': 'Signed out',
  'session.revoke': 'Revoked a session',
  'session.reused': 'Used a session’s credential twice',
  'audit.unfinished': 'Found an unfinished change',
  'audit.head_lost': 'Found the log’s end unknown',
};

const isKnown = (action: string): action is AuditAction => action in words;

/** What was done; the code itself, of one that only somebody who wrote into the database can have made. */
export const actionWords = (action: string): string => (isKnown(action) ? words[action] : action);

const groups: Record<string, string> = {
  token: 'Tokens',
  token_policy: 'Tokens',
  key: 'Keys',
  limit: 'Limits',
  counters: 'Limits',
  ip_rule: 'IP restrictions',
  trusted_proxy: 'IP restrictions',
  place: 'Directory',
  user: 'Directory',
  upstream: 'Gateway',
  gateway: 'Gateway',
  demo: 'Demo',
  log: 'Exports',
  log_view: 'Views of the log',
  retention: 'Retention',
  admin: 'Admins',
  sign_in: 'Sign-in',
  step_up: 'Sign-in',
  session: 'Sign-in',
  audit: 'The log itself',
};

/** Every action, in its group, for a filter to choose from. */
export const actionOptions = [
  ...Map.groupBy(auditAction.options, (action) => groups[action.split('.')[0] ?? ''] ?? 'Other'),
].map(([group, actions]) => ({
  group,
  items: actions.map((action) => ({ value: action as string, label: words[action] })),
}));

const subjects: Record<string, string> = {
  token_policy: 'Token policy',
  key: 'Key',
  trusted_proxy: 'Trusted proxies',
  upstream: 'Upstream',
  gateway: 'Gateway',
  demo: 'Demo organisation',
  log: 'API log',
  retention: 'Retention of the log',
  admin: 'No admin account',
  session: 'Console',
  audit: 'Audit log',
};

/** What it was done to: its name then, or what there is only one of. */
export function subjectWords({ kind, id, name }: AuditSubject): string {
  if (kind === 'limit') return id === 'instance' ? 'Instance ceiling' : 'Default limit';
  if (kind === 'log') return `API log as ${name.toUpperCase()}`;
  return name || subjects[kind] || id || kind;
}
