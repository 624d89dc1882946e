import { ORPCError } from '@orpc/client';
import { z } from 'zod';
import { type Clock, SECOND } from '../base/clock.ts';
import type { Credentials } from '../features/admins/contract.ts';
import type { Keychain } from '../keychain/keychain.ts';
import { oneAtATime } from './lock.ts';

/** What is kept in the keychain is kept under this name. */
export const KEYCHAIN_SERVICE = 'gatehouse';

/** An access credential is renewed so long before its end, in milliseconds: clocks differ, and answers take time. */
const EARLY = 30 * SECOND;

/** An admin account of an instance that is elsewhere. */
export interface RemoteAccount {
  /** The origin of the server's admin door, or where the database is: never with a password. */
  readonly url: string;
  readonly user: string;
}

/** What the keychain has of a session: the programs of one user share it. */
const kept = z.object({ refresh: z.string(), access: z.string(), accessExpiresAt: z.int() });
type Kept = z.infer<typeof kept>;

/** Under which name the keychain has the credentials of an account. */
export const keychainAccount = ({ url, user }: RemoteAccount): string => `${user}@${url}`;

/** Puts what a sign-in gave into the keychain. */
export async function keepCredentials(
  account: RemoteAccount,
  keychain: Keychain,
  { access, accessExpiresAt, refresh }: Credentials,
): Promise<void> {
  const item: Kept = { refresh, access, accessExpiresAt: accessExpiresAt.getTime() };
  await keychain.setPassword(KEYCHAIN_SERVICE, keychainAccount(account), JSON.stringify(item));
}

/** The calls that give credentials, as the contract's `session` has them. */
interface Knock {
  signIn(given: { user: string; password: string }): Promise<Credentials>;
  refresh(given: { refresh: string }): Promise<Credentials>;
}

/**
 * The credentials of an account's session: in the keychain, and the one in use in memory. Only who holds this object, or
 * may read the keychain, can use them.
 */
export class KeptCredential {
  readonly #account: RemoteAccount;
  readonly #keychain: Keychain;
  readonly #clock: Clock;
  readonly #knock: Knock;
  #access: { credential: string; expiresAt: number } | null = null;
  /** What was not accepted, however long it would have been good. */
  #refused: string | null = null;
  /** One at a time: a refresh credential that comes twice ends the session. */
  #renewing: Promise<string | null> | null = null;

  constructor(account: RemoteAccount, knock: Knock, keychain: Keychain, clock: Clock) {
    this.#account = account;
    this.#knock = knock;
    this.#keychain = keychain;
    this.#clock = clock;
  }

  /** Whether there is a session, as far as can be told without asking. */
  async isThere(): Promise<boolean> {
    return this.#isFresh() || (await this.#kept()) !== null;
  }

  /** @throws ORPCError REFUSED or THROTTLED as the instance says; what reaching it throws */
  async signIn(password: string): Promise<void> {
    await this.#keep(await this.#knock.signIn({ user: this.#account.user, password }));
  }

  async forget(): Promise<void> {
    this.#access = null;
    await this.#keychain.deletePassword(KEYCHAIN_SERVICE, keychainAccount(this.#account));
  }

  /** An access credential that can be used; null: sign in first. */
  async get(): Promise<string | null> {
    if (this.#isFresh()) return this.#access?.credential ?? null;
    this.#renewing ??= oneAtATime(() => this.#renew()).finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  /** The one in use was not accepted: it was revoked, or the instance's clock is ahead of ours. The next is another. */
  notAccepted(): void {
    this.#refused = this.#access?.credential ?? null;
    this.#access = null;
  }

  #isFresh(): boolean {
    return this.#access !== null && this.#clock.now() < this.#access.expiresAt - EARLY;
  }

  async #renew(): Promise<string | null> {
    const found = await this.#kept();
    if (found === null) return null;
    // Another program of this user may have renewed it meanwhile.
    this.#access = { credential: found.access, expiresAt: found.accessExpiresAt };
    if (this.#isFresh() && found.access !== this.#refused) return found.access;
    this.#access = null;
    try {
      return await this.#keep(await this.#knock.refresh({ refresh: found.refresh }));
    } catch (thrown) {
      if (!(thrown instanceof ORPCError) || thrown.code !== 'REFUSED') throw thrown;
      await this.forget();
      return null;
    }
  }

  async #kept(): Promise<Kept | null> {
    const text = await this.#keychain.getPassword(KEYCHAIN_SERVICE, keychainAccount(this.#account));
    return text === null ? null : kept.parse(JSON.parse(text));
  }

  async #keep(given: Credentials): Promise<string> {
    await keepCredentials(this.#account, this.#keychain, given);
    this.#access = { credential: given.access, expiresAt: given.accessExpiresAt.getTime() };
    return given.access;
  }
}
