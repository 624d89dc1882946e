import { type InstancePlace, isPostgresUrl, placeOfFile, placeOfPostgres } from '../db/place.ts';
import { UsageError } from './usage-error.ts';

/**
 * Where the instance is that the options name.
 * @throws UsageError which never has the URL, as a password may stand in it
 */
export function placeOf(options: {
  readonly db: string;
  readonly keyFile?: string | undefined;
  readonly dataDir?: string | undefined;
}): InstancePlace {
  const { db, keyFile, dataDir } = options;
  if (isPostgresUrl(db)) {
    if (!isDatabaseUrl(db))
      throw new UsageError(
        'the --db URL must be postgres://USER:PASSWORD@HOST:PORT/DATABASE, with what is special in a password percent-encoded',
      );
    return placeOfPostgres({ url: db, keyFile, dataDir });
  }
  const given = keyFile === undefined ? (dataDir === undefined ? null : '--data-dir') : '--key-file';
  if (given !== null)
    throw new UsageError(`${given} is for an instance on Postgres; all that a file has lies beside it`);
  return placeOfFile(db);
}

function isDatabaseUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.hash === '' && url.pathname.length > 1 && isEncoded(text);
}

/** Does each % begin what a character is written as? */
function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch (thrown) {
    if (thrown instanceof URIError) return false;
    throw thrown;
  }
}

/** The file of an instance that is in one. @param instead what to do on Postgres */
export function onlyFile(db: string, instead: string): string {
  if (isPostgresUrl(db)) throw new UsageError(instead);
  return db;
}
