import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import { InvalidArgumentError } from 'commander';
import type { contract } from '../contract.ts';
import type { session } from '../features/admins/contract.ts';
import { isLoopback } from '../server/place.ts';
import { UsageError } from './usage-error.ts';

type ServerContract = typeof contract & { session: typeof session };

/** Reads the address of a server's admin door. A password or credential goes over a network only by TLS. */
export function serverUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username || url.pathname !== '/')
    throw new InvalidArgumentError(
      'It must be the address of an admin door, as https://gatehouse.example:8788.',
    );
  if (url.protocol === 'http:' && !isLoopback(url.hostname.replace(/^\[|\]$/g, '')))
    throw new InvalidArgumentError('Beyond this machine it must be https.');
  return url.origin;
}

/** The admin API of a server. @param credential null: for signing in */
export function serverClient(
  server: string,
  credential: string | null,
): ContractRouterClient<ServerContract> {
  const link = new RPCLink({
    url: `${server}/rpc`,
    headers: credential === null ? {} : { authorization: `Bearer ${credential}` },
    fetch: async (request, init) => {
      const answer = await reach(server, () => fetch(request, init));
      if (answer.status === 401 && credential !== null)
        throw new UsageError(
          `${server} does not accept the credential: it is 15 minutes old, or was revoked`,
        );
      return answer;
    },
  });
  return createORPCClient(link);
}

async function reach(server: string, ask: () => Promise<Response>): Promise<Response> {
  try {
    return await ask();
  } catch (thrown) {
    const { cause } = thrown as { cause?: { code?: string; message?: string } };
    throw new UsageError(`${server} cannot be reached: ${cause?.message || cause?.code || thrown}`);
  }
}
