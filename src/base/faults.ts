/**
 * Why an admin call was refused: a stable code, the public text, the field it is about and the data behind it.
 * A fault is the caller's to mend; anything else that is thrown means that we failed.
 */
export const FAULTS = {
  'input.invalid': 'The {field} is not valid: {detail}.',
  'id.unknown': 'There is no {kind} with the id {id}.',
  'name.unknown': 'There is no {kind} named "{name}".',
  'name.taken': 'There is already a {kind} named "{name}".',
  'in.use': 'This {kind} is still used by {count} {by}; remove it there first.',
  'token.revoked': 'This token is revoked, and that is final. Generate a new one instead.',
  'token.expired': 'This token expired on {expiry}. Give it a later expiry first.',
  'rotation.running':
    'The old secret of this token is valid until {until}. End that overlap first, or rotate without one.',
  'rotation.none': 'This token has no old secret that is still valid.',
  'user.deactivated': 'The user {name} is deactivated, so a token of theirs could not be used.',
  'expiry.past': 'The expiry {expiry} is in the past.',
  'expiry.cap': 'The expiry {expiry} is later than this instance allows ({days} days from now).',
  'range.invalid': 'The range "{range}" is not valid: {detail}.',
  'endpoint.unknown': 'There is no endpoint or tag named "{name}". Known tags: {known}.',
  'filter.invalid': 'The filter {field} is not valid: {detail}.',
  'openapi.invalid': 'The OpenAPI document {file} cannot be used: {detail} (at {place}).',
  'trial.none': 'No limit is on trial there.',
  'gateway.busy': 'A gateway already runs on this {what}: process {pid}, at {address}.',
  'gateway.remote': 'The gateway of this instance runs in another process ({pid}); stop it there.',
  'gateway.not_here':
    'This app runs no gateway on a database. Start and stop gateways where "gatehouse serve" runs.',
  'gateway.stopped': 'No gateway of this instance runs. Start it first.',
  'gateway.port': 'The address {address} cannot be listened on: {detail}.',
  'key.missing':
    'The key file {path} of this instance is missing. Restore it; a new key would void every token.',
  'key.absent':
    'This needs the key of the instance, which this process does not have: give its key file (--key-file) or {variable}.',
  'key.invalid': 'The key file {path} is not a Gatehouse key: {detail}.',
  'key.current': 'The key {id} is the current one. Replace it before you retire it.',
  'key.in_use':
    'The key {id} still verifies {count} live secrets. Each moves to the current key when it is next used; retired by force, those that did not are dead.',
  'key.environment':
    'The keys come from the environment variable {variable}, which only its owner can change: put a new key (gatehouse key generate) before the others there, or take an old one out, and start every process anew.',
  'key.machines':
    'Gateways on other machines ({hosts}) do not have the key that would be made, and would know no secret that is hashed with it. Put a new key (gatehouse key generate) behind the others in the key file of every machine, and then first in that of one.',
  'key.elsewhere':
    'This program has only a copy of the keys. Replace and retire them where the key file is (gatehouse key), and give the new ones here.',
  'key.many': 'An instance has at most {most} keys. Retire an old one first.',
  'file.denied': 'The file {path} cannot be used: {detail}.',
  'file.invalid': 'The file {path} is not a Gatehouse instance: {detail}.',
  'file.exists': 'The file {path} exists already, and nothing is overwritten.',
  'database.unavailable': 'The database at {address} cannot be reached: {detail}.',
  'database.denied': 'The database at {address} cannot be used: {detail}.',
  'database.invalid': 'The database {name} is not a Gatehouse instance: {detail}.',
  'database.old':
    'The database {name} was made by an older version. Stop its gateways, and bring it up to date with "gatehouse migrate".',
  'database.new':
    'The database {name} has no instance yet, and one is made together with its key: give --key-file FILE (which is made) or {variable}.',
  'backup.invalid': 'The backup {path} cannot be used: {detail}.',
  'backup.damaged':
    'There is no backup of a damaged file: {name} ({detail}). "gatehouse doctor" says more; restore an earlier backup.',
  'backup.key':
    'The backup was made without the key {id}, and without it no token would be known. Give the key file of the instance that was backed up (--key-file), or put it at {path} first.',
  'connection.same': 'The connection "{name}" leads there already.',
  'connection.current':
    'The connection "{name}" is in use. Switch to another one, and stop its gateway, first.',
  'connection.given': 'The connection "{name}" was given on the command line, for this run only.',
  'sign_in.refused': 'The name or the password is wrong.',
  'sign_in.throttled': 'Too many wrong passwords. Wait {seconds} s.',
  'server.unreachable': 'The server cannot be reached: {detail}.',
  'certificate.changed': 'The key of the server is not the one that was pinned; it shows {pin} now.',
  'role.denied': 'This needs at least the role {least}; {actor} has the role {role}.',
  'step_up.needed':
    'This needs a password given within the last {minutes} minutes. Give yours once more, then repeat it.',
  'admin.last_owner': '{name} is the only owner who can sign in. Make another admin an owner first.',
  'tls.invalid': 'The certificate {cert} with the key {key} cannot be used: {detail}.',
  'review.only': 'An opened file can only be looked at. Close it to go back to your instance.',
  'demo.not_empty': 'The demo organisation is only made in an empty instance; this one already has rows.',
  'demo.missing': 'This instance has no demo organisation to send traffic for.',
} as const;

export type FaultCode = keyof typeof FAULTS;
export type FaultData = Readonly<Record<string, string | number | null>>;

/** The public text of a fault, with `data` filled in. */
export const faultText = (code: FaultCode, data: FaultData = {}): string =>
  FAULTS[code].replace(/\{(\w+)\}/g, (_, name: string) => String(data[name] ?? ''));

export class Fault extends Error {
  readonly code: FaultCode;
  readonly data: FaultData;

  constructor(code: FaultCode, data: FaultData = {}, options?: { cause?: unknown }) {
    super(faultText(code, data), options);
    this.name = 'Fault';
    this.code = code;
    this.data = data;
  }
}
