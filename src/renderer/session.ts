import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import type { session as contract } from '../features/admins/contract.ts';

const KEPT = 'gatehouse.session';

interface Kept {
  /** What each call shows. */
  access: string;
  /** What gives the next one, once; null: a sign-in link opened this session, and it is not renewed. */
  refresh: string | null;
}

const kept = (): Kept | null => {
  const text = sessionStorage.getItem(KEPT);
  return text === null ? null : (JSON.parse(text) as Kept);
};

export type SessionEnd = 'ended' | 'signed-out';

/** Fires on `window` when this tab's session is over; `detail` is a SessionEnd. */
export const SESSION_ENDED = 'gatehouse:session-ended';

/** The browser session's credentials. They live as long as the tab does. */
export const session = {
  credential: (): string | null => kept()?.access ?? null,
  keep: ({ access, refresh }: Kept): void =>
    sessionStorage.setItem(KEPT, JSON.stringify({ access, refresh })),
  end: (how: SessionEnd): void => {
    sessionStorage.removeItem(KEPT);
    window.dispatchEvent(new CustomEvent<SessionEnd>(SESSION_ENDED, { detail: how }));
  },
};

export const bearer = (): Record<string, string> => {
  const credential = session.credential();
  return credential === null ? {} : { authorization: `Bearer ${credential}` };
};

/** Signing in and what belongs to it; a 401 here is an answer, not the end of the session. */
export const sessionClient: ContractRouterClient<typeof contract> = createORPCClient(
  new RPCLink({ url: new URL('/rpc', window.location.href).href, headers: bearer }),
  { path: ['session'] },
);

let renewing: Promise<boolean> | null = null;

/**
 * Is there another credential than `shown`, which the server did not accept? Fetches it where there is none yet, once
 * for all calls that wait for it: a refresh credential that comes twice ends the session.
 */
export async function renewedSince(shown: string | null): Promise<boolean> {
  if (session.credential() !== shown) return session.credential() !== null;
  renewing ??= renew().finally(() => {
    renewing = null;
  });
  return renewing;
}

async function renew(): Promise<boolean> {
  const refresh = kept()?.refresh ?? null;
  if (refresh === null) return false;
  try {
    session.keep(await sessionClient.refresh({ refresh }));
    return true;
  } catch (thrown) {
    // A server that did not answer may yet accept it.
    if (thrown instanceof ORPCError && thrown.status === 401) return false;
    throw thrown;
  }
}
