import { createORPCClient } from '@orpc/client';
import { RPCLink as HttpLink } from '@orpc/client/fetch';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import type { contract } from '../contract.ts';
import type { connections } from '../main/connections/contract.ts';

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

const CREDENTIAL = 'gatehouse.credential';

/** Is this page inside the desktop app (a port), or in a browser (HTTP and a session)? */
export const inDesktop = window.gatehouse !== undefined;

/** The browser session's credential. It lives as long as the tab does. */
export const session = {
  credential: (): string | null => sessionStorage.getItem(CREDENTIAL),
  keep: (credential: string): void => sessionStorage.setItem(CREDENTIAL, credential),
  forget: (): void => sessionStorage.removeItem(CREDENTIAL),
};

/** Fires on `window` when the server no longer accepts this tab's session. */
export const SESSION_ENDED = 'gatehouse:session-ended';

function overPort(handed: HandedPort) {
  const port = {
    postMessage: (data: unknown) => handed.postMessage(data),
    addEventListener: (type: string, listener: (event: { data: unknown }) => void) => {
      if (type === 'message') handed.onMessage((data) => listener({ data }));
    },
  };
  const link = new PortLink({
    port: port as unknown as Pick<MessagePort, 'addEventListener' | 'postMessage'>,
  });
  handed.start();
  return link;
}

function overHttp() {
  return new HttpLink({
    url: new URL('/rpc', window.location.href).href,
    headers: () => {
      const credential = session.credential();
      return credential === null ? {} : { authorization: `Bearer ${credential}` };
    },
    fetch: async (request, init) => {
      const response = await fetch(request, init);
      if (response.status === 401) {
        session.forget();
        window.dispatchEvent(new Event(SESSION_ENDED));
      }
      return response;
    },
  });
}

/** The admin API, typed by the contract; every screen asks through this one client. */
export const client: AdminClient = createORPCClient(
  window.gatehouse === undefined ? overHttp() : overPort(window.gatehouse.port),
);

/** The same as query and mutation options: `useQuery(api.tokens.list.queryOptions({ input }))`. */
export const api = createTanstackQueryUtils(client);
