import { statSync } from 'node:fs';
import { Fault } from '../../base/faults.ts';
import type { InstancePlace } from '../../db/place.ts';
import { type Reads, readSetting, rowsOf } from '../../db/reads.ts';
import { hasKeys, KEY_VARIABLE, type KeyRing, readKeyRing } from '../../features/tokens/key-ring.ts';
import { type Finding, fail, ok, warn } from '../check.ts';

const OTHERS = 0o077;

/** The keys are there, nobody else can read them, and they are those that secrets hang on. */
export function* checkKey(place: Pick<InstancePlace, 'keyFile'>): Reads<Finding> {
  const { keyFile: path } = place;
  if (!hasKeys(place))
    return warn(
      'This process has no key of the instance: it can neither make a token nor rotate one.',
      `Where it should, give --key-file FILE or ${KEY_VARIABLE}.`,
    );
  let ring: KeyRing;
  try {
    ring = readKeyRing(place);
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return fail(
      thrown.message,
      path === null
        ? `Put the keys of this instance into ${KEY_VARIABLE}.`
        : `Put the key file back at ${path}, or its line into ${KEY_VARIABLE}.`,
    );
  }
  const known = new Set(ring.keys.map((key) => key.id));
  const current = yield* readSetting('key.id');
  if (current !== undefined && !known.has(current))
    return fail(
      `The current key ${current} is not among those ${ring.source === 'file' ? `in ${path}` : 'in the environment'}.`,
      'Give the key of this instance: with another one no token is known.',
    );
  if (ring.source === 'environment' || path === null)
    return yield* missing(known, 'The keys are in the environment');
  const mode = statSync(path).mode & 0o777;
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0)
    return fail(
      `${path} has mode ${mode.toString(8)}: others than its owner can read or write it.`,
      `chmod 600 ${path}; if others may have read it, replace the key (gatehouse key replace).`,
    );
  return yield* missing(known, `${path} is there, for its owner only`);
}

function* missing(known: ReadonlySet<string>, where: string): Reads<Finding> {
  const used = yield* rowsOf<{ key_id: string; secrets: number }>(
    'SELECT key_id, count(*) AS secrets FROM token_secret GROUP BY key_id',
  );
  const gone = used.filter(({ key_id }) => !known.has(key_id));
  if (gone.length === 0) return ok(`${where}; every secret's key is known.`);
  return warn(
    `${where}, but not ${gone.map(({ key_id, secrets }) => `${key_id} (${secrets} secrets)`).join(', ')}.`,
    'Put those keys back behind the current one, or retire them (gatehouse key retire): their secrets are dead.',
  );
}
