import pg from 'pg';
import { Fault } from '../base/faults.ts';

/** What Postgres says where it lets nobody in for now: 08 connection, 53300 too many, 57P it stops or starts. */
const AWAY = /^(08|53300|57P0[1-5])/;
/** Neither this name nor this password, or not from there. */
const REFUSED: ReadonlySet<string> = new Set(['28000', '28P01']);
const NO_DATABASE = '3D000';

/** What the driver throws where it has no code. */
const LOST =
  /^(Connection terminated|timeout e|Client has encountered a connection error|Query read timeout|The server does not support SSL)/;
/** Node's own: no such host, no way there, nobody listens, no answer; and what OpenSSL says of a certificate. */
const NO_WAY = /^(E[A-Z_]+|ERR_(TLS|SSL)_\w+|[A-Z_]*(CERT|SIGNATURE|CRL|ISSUER|CHAIN)[A-Z_]*)$/;

/**
 * Why a Postgres database was not asked, where that is what `thrown` says: it cannot be reached, it lets nobody in, or it
 * is not there. Null: something else.
 * @param name the database's URL without its password
 */
export function asDatabaseFault(thrown: unknown, name: string): Fault | null {
  if (!(thrown instanceof Error)) return null;
  const { message } = thrown;
  const code = String((thrown as NodeJS.ErrnoException).code ?? '');
  if (thrown instanceof pg.DatabaseError) {
    if (REFUSED.has(code)) return new Fault('database.refused', { name, detail: message }, { cause: thrown });
    if (code === NO_DATABASE) return new Fault('database.missing', { name }, { cause: thrown });
    if (!AWAY.test(code)) return null;
  } else if (!NO_WAY.test(code) && !LOST.test(message)) return null;
  // Several addresses of one name are tried; the error over them all says nothing itself.
  return new Fault('database.unavailable', { name, detail: message || code }, { cause: thrown });
}
