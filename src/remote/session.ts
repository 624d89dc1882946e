import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import { z } from 'zod';
import { type Clock, SECOND, systemClock } from '../base/clock.ts';
import type { contract } from '../contract.ts';
import type { Credentials, session } from '../features/admins/contract.ts';
import type { Keychain } from '../keychain/keychain.ts';
import { oneAtATime } from './lock.ts';
import type { TrustedFetch } from './trust.ts';

/** What credentials are kept under in the keychain. */
export const KEYCHAIN_SERVICE = 'gatehouse';

export type ServerClient = ContractRouterClient<typeof contract & { session: typeof session }>;

/** An access credential is renewed so long before its end, in milliseconds: clocks differ, and answers take time. */
const EARLY = 30 * SECOND;

export interface ServerAccount {
  /** The origin of the server's admin door. */
  readonly url: string;
  readonly user: string;
}

/** What the keychain has of a session: the programs of one user share it. */
const kept = z.object({ refresh: z.string(), access: z.string(), accessExpiresAt: z.int() });
type Kept = z.infer<typeof kept>;

/** Under which name the keychain has the credentials of an account. */
export const keychainAccount = ({ url, user }: ServerAccount): string => `${user}@${url}`;

/** Puts what a sign-in gave into the keychain. */
export async function keepCredentials(
  account: ServerAccount,
  keychain: Keychain,
  { access, accessExpiresAt, refresh }: Credentials,
): Promise<void> {
  const item: Kept = { refresh, access, accessExpiresAt: accessExpiresAt.getTime() };
  await keychain.setPassword(KEYCHAIN_SERVICE, keychainAccount(account), JSON.stringify(item));
}

/**
 * An account's session with a server; its credentials are in the keychain, and the one in use in memory. Only who holds
 * this object, or may read the keychain, can use them.
 */
export class ServerSession {
  readonly account: ServerAccount;
  /** The admin API and the calls of a session, as this account. */
  readonly client: ServerClient;
  readonly #keychain: Keychain;
  readonly #clock: Clock;
  readonly #visitor: ServerClient;
  #access: { credential: string; expiresAt: number } | null = null;
  /** What the server did not accept, however long it would have been good. */
  #refused: string | null = null;
  /** One at a time: a refresh credential that comes twice ends the session. */
  #renewing: Promise<string | null> | null = null;

  constructor(account: ServerAccount, reach: TrustedFetch, keychain: Keychain, clock: Clock = systemClock) {
    this.account = account;
    this.#keychain = keychain;
    this.#clock = clock;
    const url = `${account.url}/rpc`;
    this.#visitor = createORPCClient(new RPCLink({ url, fetch: (request) => reach.fetch(request) }));
    this.client = createORPCClient(
      new RPCLink({
        url,
        fetch: async (request) => {
          const again = request.clone();
          const answer = await reach.fetch(await this.#signed(request));
          if (answer.status !== 401) return answer;
          // Revoked, or the server's clock is ahead of ours: once more with a new credential, if there is one.
          this.#refused = this.#access?.credential ?? null;
          this.#access = null;
          if ((await this.#credential()) === null) return answer;
          await answer.body?.cancel();
          return reach.fetch(await this.#signed(again));
        },
      }),
    );
  }

  /** Whether there is a session, as far as can be told without asking the server. */
  async isSignedIn(): Promise<boolean> {
    return this.#isFresh() || (await this.#kept()) !== null;
  }

  /** @throws ORPCError REFUSED or THROTTLED as the server says; what reaching it throws */
  async signIn(password: string): Promise<void> {
    await this.#keep(await this.#visitor.session.signIn({ user: this.account.user, password }));
  }

  /** Ends the session, and forgets it here even where the server cannot be told. */
  async signOut(): Promise<void> {
    try {
      if ((await this.#credential()) !== null) await this.client.session.signOut();
    } finally {
      await this.forget();
    }
  }

  async forget(): Promise<void> {
    this.#access = null;
    await this.#keychain.deletePassword(KEYCHAIN_SERVICE, keychainAccount(this.account));
  }

  async #signed(request: Request): Promise<Request> {
    const credential = await this.#credential();
    if (credential !== null) request.headers.set('authorization', `Bearer ${credential}`);
    return request;
  }

  #isFresh(): boolean {
    return this.#access !== null && this.#clock.now() < this.#access.expiresAt - EARLY;
  }

  /** An access credential that can be used; null: sign in first. */
  async #credential(): Promise<string | null> {
    if (this.#isFresh()) return this.#access?.credential ?? null;
    this.#renewing ??= oneAtATime(() => this.#renew()).finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  async #renew(): Promise<string | null> {
    const found = await this.#kept();
    if (found === null) return null;
    // Another program of this user may have renewed it meanwhile.
    this.#access = { credential: found.access, expiresAt: found.accessExpiresAt };
    if (this.#isFresh() && found.access !== this.#refused) return found.access;
    this.#access = null;
    try {
      return await this.#keep(await this.#visitor.session.refresh({ refresh: found.refresh }));
    } catch (thrown) {
      if (!(thrown instanceof ORPCError) || thrown.code !== 'REFUSED') throw thrown;
      await this.forget();
      return null;
    }
  }

  async #kept(): Promise<Kept | null> {
    const text = await this.#keychain.getPassword(KEYCHAIN_SERVICE, keychainAccount(this.account));
    return text === null ? null : kept.parse(JSON.parse(text));
  }

  async #keep(given: Credentials): Promise<string> {
    await keepCredentials(this.account, this.#keychain, given);
    this.#access = { credential: given.access, expiresAt: given.accessExpiresAt.getTime() };
    return given.access;
  }
}
