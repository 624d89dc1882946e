import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import { InvalidArgumentError } from 'commander';
import { readServerUrl } from '../remote/address.ts';
import type { ServerClient } from '../remote/session.ts';
import { UsageError } from './usage-error.ts';

/** Reads the address of a server's admin door, for an option. */
export function serverUrl(text: string): string {
  const read = readServerUrl(text);
  if (!read.ok) throw new InvalidArgumentError(`${read.detail[0]?.toUpperCase()}${read.detail.slice(1)}.`);
  return read.url;
}

/** The admin API of a server. @param credential null: for signing in */
export function serverClient(server: string, credential: string | null): ServerClient {
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

/** Asks, and says of a server that cannot be asked why. @throws UsageError */
export async function reach(server: string, ask: () => Promise<Response>): Promise<Response> {
  try {
    return await ask();
  } catch (thrown) {
    const error = thrown as Error & { code?: string };
    const { message, code } = error.cause instanceof Error ? (error.cause as typeof error) : error;
    throw new UsageError(`${server} cannot be reached: ${message || code || thrown}`);
  }
}
