import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import { type Clock, systemClock } from '../base/clock.ts';
import type { contract } from '../contract.ts';
import type { session } from '../features/admins/contract.ts';
import type { Keychain } from '../keychain/keychain.ts';
import { KeptCredential, type RemoteAccount } from './kept-credential.ts';
import type { TrustedFetch } from './trust.ts';

export type ServerClient = ContractRouterClient<typeof contract & { session: typeof session }>;

/** An account's session with a server. */
export class ServerSession {
  readonly account: RemoteAccount;
  /** The admin API and the calls of a session, as this account. */
  readonly client: ServerClient;
  readonly #credential: KeptCredential;

  constructor(account: RemoteAccount, reach: TrustedFetch, keychain: Keychain, clock: Clock = systemClock) {
    this.account = account;
    const url = `${account.url}/rpc`;
    const visitor: ServerClient = createORPCClient(
      new RPCLink({ url, fetch: (request) => reach.fetch(request) }),
    );
    this.#credential = new KeptCredential(account, visitor.session, keychain, clock);
    this.client = createORPCClient(
      new RPCLink({
        url,
        fetch: async (request) => {
          const again = request.clone();
          const answer = await reach.fetch(await this.#signed(request));
          if (answer.status !== 401) return answer;
          // Once more with a new credential, if there is one.
          this.#credential.notAccepted();
          if ((await this.#credential.get()) === null) return answer;
          await answer.body?.cancel();
          return reach.fetch(await this.#signed(again));
        },
      }),
    );
  }

  /** Whether there is a session, as far as can be told without asking the server. */
  isSignedIn(): Promise<boolean> {
    return this.#credential.isThere();
  }

  /** @throws ORPCError REFUSED or THROTTLED as the server says; what reaching it throws */
  signIn(password: string): Promise<void> {
    return this.#credential.signIn(password);
  }

  /** Ends the session, and forgets it here even where the server cannot be told. */
  async signOut(): Promise<void> {
    try {
      if ((await this.#credential.get()) !== null) await this.client.session.signOut();
    } finally {
      await this.forget();
    }
  }

  forget(): Promise<void> {
    return this.#credential.forget();
  }

  async #signed(request: Request): Promise<Request> {
    const credential = await this.#credential.get();
    if (credential !== null) request.headers.set('authorization', `Bearer ${credential}`);
    return request;
  }
}
