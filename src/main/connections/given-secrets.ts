import { Fault } from '../../base/faults.ts';
import { readKeyFile, readKeyText } from '../../features/tokens/key-ring.ts';
import type { GivenSecrets, Target } from './contract.ts';
import type { DatabaseSecrets } from './secrets.ts';

/**
 * What the page gave of a connection's secrets, as the keychain is to keep it: keys are checked, and read from their file.
 * @param picked the key files that the user has picked in the system's dialog: no other is read
 * @throws Fault `input.invalid`, `key.missing`, `key.invalid`
 */
export function readGivenSecrets(
  { kind }: Target,
  { password, key }: GivenSecrets,
  picked: ReadonlySet<string>,
): Partial<DatabaseSecrets> {
  if (kind !== 'database' && (password !== undefined || key !== undefined))
    throw new Fault('input.invalid', {
      field: 'secret',
      detail: 'only a connection to a database keeps any',
    });
  return {
    ...(password === undefined ? {} : { password }),
    ...(key === undefined ? {} : { key: key === null ? null : keyText(key, picked) }),
  };
}

function keyText(given: NonNullable<GivenSecrets['key']>, picked: ReadonlySet<string>): string {
  if (given.from === 'file' && !picked.has(given.path))
    throw new Fault('input.invalid', { field: 'key file', detail: 'it was not picked in the dialog' });
  const text = given.from === 'text' ? given.text : readKeyFile(given.path);
  readKeyText(text);
  return text;
}
