import type { Keychain } from '../../keychain/keychain.ts';
import { KEYCHAIN_SERVICE } from '../../remote/kept-credential.ts';

/** What a connection to a database keeps in the keychain, and nowhere else; null: nothing. */
export interface DatabaseSecrets {
  /** Of the database's user. */
  readonly password: string | null;
  /** The instance's keys, as its key file has them. */
  readonly key: string | null;
}

/** What the keychain's items are called: by the connection, so that they go with it. */
const ITEMS = { password: 'database-password', key: 'instance-key' } as const satisfies Record<
  keyof DatabaseSecrets,
  string
>;
const itemOf = (id: string, secret: keyof DatabaseSecrets) => `${ITEMS[secret]}:${id}`;

export async function readSecrets(keychain: Keychain, id: string): Promise<DatabaseSecrets> {
  const [password, key] = await Promise.all([
    keychain.getPassword(KEYCHAIN_SERVICE, itemOf(id, 'password')),
    keychain.getPassword(KEYCHAIN_SERVICE, itemOf(id, 'key')),
  ]);
  return { password, key };
}

/** Puts into the keychain what is given, and takes out what is null; what is not named stays. */
export async function changeSecrets(
  keychain: Keychain,
  id: string,
  changes: Partial<DatabaseSecrets>,
): Promise<void> {
  for (const secret of ['password', 'key'] as const) {
    const text = changes[secret];
    if (text === null) await keychain.deletePassword(KEYCHAIN_SERVICE, itemOf(id, secret));
    else if (text !== undefined) await keychain.setPassword(KEYCHAIN_SERVICE, itemOf(id, secret), text);
  }
}
