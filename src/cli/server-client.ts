import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import { InvalidArgumentError } from 'commander';
import type { contract } from '../contract.ts';
import type { session } from '../features/admins/contract.ts';
import { readServerUrl } from '../remote/address.ts';
import { UsageError } from './usage-error.ts';

type ServerContract = typeof contract & { session: typeof session };

/** Reads the address of a server's admin door, for an option. */
export function serverUrl(text: string): string {
  const read = readServerUrl(text);
  if (!read.ok) throw new InvalidArgumentError(`${read.detail[0]?.toUpperCase()}${read.detail.slice(1)}.`);
  return read.url;
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
