import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink as HttpLink } from '@orpc/client/fetch';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { CERTIFICATE_REFUSED, SIGN_IN_NEEDED } from '../base/server-troubles.ts';
import type { contract } from '../contract.ts';
import type { connections } from '../main/connections/contract.ts';
import { askBeforeChange, NotChanged } from './protection.ts';
import { bearer, renewedSince, session } from './session.ts';
import { confirmWithPassword } from './step-up.ts';
import { faultOf } from './ui/fault-texts.ts';

/** What the preload script hands to the page: a port to the main process, and nothing else. */
interface HandedPort {
  start(): void;
  postMessage(data: unknown): void;
  onMessage(callback: (data: unknown) => void): void;
}

declare global {
  interface Window {
    gatehouse?: { port: HandedPort };
  }
}

/** The admin API; `connections` are there in the desktop app alone. */
export type AdminClient = ContractRouterClient<typeof contract & { connections: typeof connections }>;

/** Is this page inside the desktop app (a port), or in a browser (HTTP and a session)? */
export const inDesktop = window.gatehouse !== undefined;

interface Sending {
  readonly path: readonly string[];
  next(): Promise<unknown>;
}

/** Whatever was asked for waits for the password and is then asked for again. */
async function withPassword({ next }: Sending): Promise<unknown> {
  try {
    return await next();
  } catch (thrown) {
    if (faultOf(thrown)?.code !== 'step_up.needed' || !(await confirmWithPassword())) throw thrown;
    return next();
  }
}

/** In the desktop app it is the main process that holds the session with a server; here its end shows. */
async function whileSignedIn({ next }: Sending): Promise<unknown> {
  try {
    return await next();
  } catch (thrown) {
    if (thrown instanceof ORPCError && ENDS.has(thrown.code)) session.end('ended');
    throw thrown;
  }
}

/** What is asked about is known once; it is asked for anew when a connection was edited. */
let protection: Promise<{ name: string; isProtected: boolean; changes: string[] }> | null = null;
export const forgetProtection = (): void => {
  protection = null;
};

/** A protected connection is not changed without a word. */
async function ifWanted({ path, next }: Sending): Promise<unknown> {
  if (path[0] === 'connections') return next();
  protection ??= client.connections.protection();
  const { name, isProtected, changes } = await protection;
  if (isProtected && changes.includes(path.join('.')) && !(await askBeforeChange(name)))
    throw new NotChanged();
  return next();
}

const ENDS: ReadonlySet<string> = new Set([SIGN_IN_NEEDED, CERTIFICATE_REFUSED]);

function overPort(handed: HandedPort) {
  const port = {
    postMessage: (data: unknown) => handed.postMessage(data),
    addEventListener: (type: string, listener: (event: { data: unknown }) => void) => {
      if (type === 'message') handed.onMessage((data) => listener({ data }));
    },
  };
  const link = new PortLink({
    port: port as unknown as Pick<MessagePort, 'addEventListener' | 'postMessage'>,
    interceptors: [ifWanted, whileSignedIn, withPassword],
  });
  handed.start();
  return link;
}

function overHttp() {
  return new HttpLink({
    url: new URL('/rpc', window.location.href).href,
    headers: bearer,
    fetch: async (request, init) => {
      const shown = session.credential();
      // Reading a body spends it, and this one may have to be sent again.
      const again = request.clone();
      const response = await fetch(request, init);
      if (response.status !== 401) return response;
      if (!(await renewedSince(shown))) {
        session.end('ended');
        return response;
      }
      const headers = new Headers(again.headers);
      for (const [name, value] of Object.entries(bearer())) headers.set(name, value);
      return fetch(new Request(again, { headers }), init);
    },
    interceptors: [withPassword],
  });
}

/** The admin API, typed by the contract; every screen asks through this one client. */
export const client: AdminClient = createORPCClient(
  window.gatehouse === undefined ? overHttp() : overPort(window.gatehouse.port),
);

/** The same as query and mutation options: `useQuery(api.tokens.list.queryOptions({ input }))`. */
export const api = createTanstackQueryUtils(client);
