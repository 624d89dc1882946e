import { type AnyRouter, ORPCError } from '@orpc/server';
import { Fault } from '../../base/faults.ts';
import { contract } from '../../contract.ts';
import { type CallContext, localOwner } from '../../features/answer-faults.ts';
import type { Host } from '../../host.ts';
import type { Keychain } from '../../keychain/keychain.ts';
import { forwardTo } from '../../remote/forward.ts';
import { ServerSession } from '../../remote/session.ts';
import { lookAtCertificate, PinMismatch, type ShownCertificate, trustedFetch } from '../../remote/trust.ts';
import { asSignInFault } from './sign-in-faults.ts';

/** An instance that a connection leads to, as the window asks it. */
export interface Opened {
  /** The whole contract. */
  readonly router: AnyRouter;
  readonly context: CallContext;
  /** The address of its gateway, where that runs in this app. */
  gatewayHere(): Promise<string | null>;
  /** Signing in to a server, or to the instance in a database; null: a local file, which needs none. */
  readonly server: OpenedServer | null;
  close(): Promise<void>;
}

export interface OpenedServer {
  isSignedIn(): Promise<boolean>;
  /** @throws Fault `sign_in.refused`, `sign_in.throttled`, `certificate.changed`, `server.unreachable` */
  signIn(password: string): Promise<void>;
  /** @throws the same, for the password of who is signed in */
  stepUp(password: string): Promise<void>;
  signOut(): Promise<void>;
}

export function openedLocal(host: Host): Opened {
  return {
    router: host.router,
    context: host.context,
    server: null,
    gatewayHere: async () => {
      const { state, address } = await host.gateway.status();
      return state === 'running' ? address : null;
    },
    close: () => host.close(),
  };
}

/** Asks nothing of the server yet: it may be away. */
export function openedServer(
  account: { url: string; user: string; pin: string | null },
  keychain: Keychain,
): Opened {
  const reach = trustedFetch(account.pin);
  const session = new ServerSession(account, reach, keychain);
  return {
    router: forwardTo(contract, session.client),
    // The server decides who this is; here it decides nothing.
    context: localOwner(`server:${account.user}`),
    gatewayHere: async () => null,
    server: {
      isSignedIn: () => session.isSignedIn(),
      signIn: (password) => telling(() => session.signIn(password)),
      stepUp: (password) => telling(() => session.client.session.stepUp({ password })),
      signOut: () => session.signOut(),
    },
    close: () => reach.close(),
  };
}

/** Does `work`, and says in a fault why a server refused it or could not be asked. */
async function telling(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof PinMismatch)
      throw new Fault('certificate.changed', { pin: thrown.certificate.pin }, { cause: thrown });
    if (!(thrown instanceof ORPCError))
      throw new Fault('server.unreachable', { detail: (thrown as Error).message }, { cause: thrown });
    throw asSignInFault(thrown);
  }
}

/**
 * The certificate of a server, and why the system does not trust it.
 * @throws Fault `server.unreachable`
 */
export async function inspectServer(
  url: string,
): Promise<{ certificate: ShownCertificate; problem: string | null } | null> {
  const parsed = new URL(url);
  try {
    if (parsed.protocol === 'https:') return await lookAtCertificate(parsed);
    await (await fetch(`${url}/openapi.json`)).body?.cancel();
    return null;
  } catch (thrown) {
    const { message, cause } = thrown as Error;
    const detail = cause instanceof Error ? cause.message : message;
    throw new Fault('server.unreachable', { detail }, { cause: thrown });
  }
}
