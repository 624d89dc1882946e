import { Fault } from '../base/faults.ts';
import { withoutPassword } from './place.ts';

/** What Node says of a connection that cannot be made, or has ended. */
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);

/** Of Postgres: connections that failed, a server that stops, starts or is full, one that has become a standby. */
const SERVER = /^(08|57P0[1-4]$|53300$|25006$)/;

/** What pg says without a code, and Postgres with one that says little. */
const LOST =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying|Query read timeout|timeout expired|The server does not support SSL)|is not currently accepting connections$/;

const TLS = /CERT|SIGNATURE|^ERR_(TLS|SSL)/;

interface Thrown {
  readonly code?: string;
  readonly message?: string;
}

/** Is the database away, so that the same may well work later? */
export function isDatabaseAway(thrown: unknown): boolean {
  const { code = '', message = '' } = (thrown ?? {}) as Thrown;
  return NETWORK.has(code) || SERVER.test(code) || TLS.test(code) || LOST.test(message);
}

/**
 * What a failure of the database means to who asked, where it is theirs to mend: `database.unavailable`,
 * `database.denied` or `database.invalid`; anything else as it is. None of the texts has the password.
 */
export function asDatabaseFault(thrown: unknown, url: string): unknown {
  if (thrown instanceof Fault) return thrown;
  const { code = '', message = '' } = (thrown ?? {}) as Thrown;
  const fault = (name: 'database.unavailable' | 'database.denied', detail: string): Fault =>
    new Fault(name, { address: addressOf(url), detail }, { cause: thrown });
  if (isDatabaseAway(thrown)) return fault('database.unavailable', message || code);
  // Without a password where one is asked for, pg fails by itself.
  if (code === '28P01' || message.startsWith('SASL'))
    return fault('database.denied', 'it does not accept this user with this password');
  // Of who is not let in at all, or not without TLS, it says which.
  if (code.startsWith('28')) return fault('database.denied', message);
  // The only text that SQLite keeps and Postgres does not.
  if (code === '22021')
    return new Fault(
      'input.invalid',
      { field: 'text', detail: 'it has a character that the database cannot keep' },
      { cause: thrown },
    );
  if (code === '42501') return fault('database.denied', message);
  if (code === '3D000')
    return new Fault(
      'database.invalid',
      { name: withoutPassword(url), detail: 'the server has no database of that name' },
      { cause: thrown },
    );
  return thrown;
}

/** Host and port, for people. */
function addressOf(url: string): string {
  const parsed = URL.parse(url);
  const host = parsed?.searchParams.get('host') ?? (parsed?.hostname || 'localhost');
  return host.startsWith('/') ? host : `${host}:${parsed?.port || 5432}`;
}
