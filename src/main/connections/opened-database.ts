import { hostname } from 'node:os';
import { createORPCClient } from '@orpc/client';
import { type AnyProcedure, type AnyRouter, call, implement, ORPCError } from '@orpc/server';
import { overCalls } from '../../base/calls.ts';
import { type Clock, SECOND, systemClock } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import { SIGN_IN_NEEDED } from '../../base/server-troubles.ts';
import { contract } from '../../contract.ts';
import type { VisitContext } from '../../features/admins/door-service.ts';
import { asRefusal, type CallContext, localOwner } from '../../features/answer-faults.ts';
import type { Host } from '../../host.ts';
import type { Keychain } from '../../keychain/keychain.ts';
import { KeptCredential, type RemoteAccount } from '../../remote/kept-credential.ts';
import type { Opened } from './opened.ts';
import { asSignInFault } from './sign-in-faults.ts';

/** An app that is closed at night is no place for the gateway of several machines. */
const RUNS_A_GATEWAY: ReadonlySet<string> = new Set(['gateway.start', 'gateway.stop']);

/** How long the database may take to say who asks, in milliseconds. */
const PATIENCE = 10 * SECOND;

interface DatabaseOptions {
  /** As people know the database. */
  readonly address: string;
  readonly account: RemoteAccount;
  /** Opens the instance. Faults where that cannot be done now, and is tried again with the next call. */
  open(): Promise<Host>;
  readonly keychain: Keychain;
  readonly clock?: Clock;
}

/**
 * An instance in a database, asked by an admin account of its own: whoever may use the database could do all of this, so
 * the instance's services refuse by the account's role. Nothing is opened before the first call; the database may be away.
 */
export function openedDatabase(options: DatabaseOptions): Opened {
  const { account, open, keychain, clock = systemClock } = options;
  let opening: Promise<Host> | null = null;
  const host = (): Promise<Host> => {
    opening ??= open().catch((thrown: unknown) => {
      opening = null;
      throw thrown;
    });
    return opening;
  };
  const door = async () => (await host()).client.door;
  const closeHost = async (): Promise<void> => {
    const opened = opening;
    opening = null;
    // Where it could not be opened there is nothing to close.
    const there = await opened?.catch(() => null);
    await there?.close();
  };
  const credential = new KeptCredential(
    account,
    {
      signIn: async (given) => (await door()).session.signIn(given, visitor(null)),
      refresh: async (given) => (await door()).session.refresh(given, visitor(null)),
    },
    keychain,
    clock,
  );

  /** Where a network swallows what is said, no connection there is will ever answer: then all are opened anew. */
  const answered = async <T>(asked: Promise<T>): Promise<T> => {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () =>
        reject(
          new Fault('database.unavailable', {
            address: options.address,
            detail: `it did not answer in ${PATIENCE / SECOND} s`,
          }),
        ),
      PATIENCE,
    );
    late.catch(() => {
      // It waits for what is never answered; the system ends that some time.
      void closeHost();
    });
    try {
      return await Promise.race([asked, late]);
    } finally {
      clearTimeout(timer);
    }
  };

  /** @throws ORPCError SIGN_IN_NEEDED */
  const caller = async (): Promise<CallContext> => {
    // The second time with a new credential, if there is one: the first may have been revoked.
    for (let time = 0; time < 2; time++) {
      const shown = await credential.get();
      if (shown === null) break;
      const known = await answered((await door()).authenticate({ credential: shown }));
      if (known !== null) return known;
      credential.notAccepted();
    }
    throw new ORPCError(SIGN_IN_NEEDED, { status: 401, message: 'Sign in to the instance.' });
  };

  const client: unknown = createORPCClient({
    call: async (path, input, { signal }) => {
      try {
        if (RUNS_A_GATEWAY.has(path.join('.'))) throw new Fault('gateway.not_here');
        const context = await caller();
        return await call(procedureAt((await host()).router, path), input, {
          context,
          path,
          ...(signal === undefined ? {} : { signal }),
        });
      } catch (thrown) {
        throw asRefusal(thrown);
      }
    },
  });

  return {
    router: overCalls<{ signal: AbortSignal | undefined }, AnyRouter>(contract, client, (one, ask) =>
      implement(one).handler(({ input, signal }) => ask(input, { signal })),
    ),
    // Who asks is found anew with each call; here it decides nothing.
    context: localOwner(`database:${account.user}`),
    gatewayHere: async () => null,
    server: {
      isSignedIn: () => credential.isThere(),
      signIn: (password) => asking(() => credential.signIn(password)),
      stepUp: (password) =>
        asking(async () => {
          await (await door()).session.stepUp({ password }, visitor(await credential.get()));
        }),
      async signOut() {
        try {
          const shown = await credential.get();
          if (shown !== null) await (await door()).session.signOut(undefined, visitor(shown));
        } finally {
          await credential.forget();
        }
      },
    },
    close: closeHost,
  };
}

/** The app as the list of sessions shows it: by this computer's name, as no network says its address. */
const visitor = (credential: string | null): { context: { visitor: VisitContext } } => ({
  context: { visitor: { address: hostname(), userAgent: 'Gatehouse desktop', credential } },
});

async function asking(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    throw asSignInFault(thrown);
  }
}

const procedureAt = (router: AnyRouter, path: readonly string[]): AnyProcedure =>
  path.reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], router) as AnyProcedure;
