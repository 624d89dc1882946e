import { statSync } from 'node:fs';
import { Fault } from '../../base/faults.ts';
import type { SqliteFile } from '../../db/open.ts';
import { placeOfFile } from '../../db/place.ts';
import { type KeyRing, readKeyRing } from '../../features/tokens/key-ring.ts';
import { type Finding, fail, ok, warn } from '../check.ts';

const OTHERS = 0o077;

/** The keys are there, nobody else can read them, and they are those that secrets hang on. */
export function checkKey(instanceFile: string, main: SqliteFile): Finding {
  const path = placeOfFile(instanceFile).keyFile;
  let ring: KeyRing;
  try {
    ring = readKeyRing(placeOfFile(instanceFile));
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return fail(thrown.message, `Put the key file back at ${path}, or its line into GATEHOUSE_KEY.`);
  }
  const known = new Set(ring.keys.map((key) => key.id));
  const current = main.prepare("SELECT value FROM setting WHERE name = 'key.id'").pluck().get() as
    | string
    | undefined;
  if (current !== undefined && !known.has(current))
    return fail(
      `The current key ${current} is not among those ${ring.source === 'file' ? `in ${path}` : 'in the environment'}.`,
      'Give the key of this instance: with another one no token is known.',
    );
  if (ring.source === 'environment') return missing(main, known, 'The keys are in the environment');
  const mode = statSync(path).mode & 0o777;
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0)
    return fail(
      `${path} has mode ${mode.toString(8)}: others than its owner can read or write it.`,
      `chmod 600 ${path}; if others may have read it, replace the key (gatehouse key replace).`,
    );
  return missing(main, known, `${path} is there, for its owner only`);
}

function missing(main: SqliteFile, known: ReadonlySet<string>, where: string): Finding {
  const used = main.prepare('SELECT key_id, count(*) AS secrets FROM token_secret GROUP BY key_id').all() as {
    key_id: string;
    secrets: number;
  }[];
  const gone = used.filter(({ key_id }) => !known.has(key_id));
  if (gone.length === 0) return ok(`${where}; every secret's key is known.`);
  return warn(
    `${where}, but not ${gone.map(({ key_id, secrets }) => `${key_id} (${secrets} secrets)`).join(', ')}.`,
    'Put those keys back behind the current one, or retire them (gatehouse key retire): their secrets are dead.',
  );
}
