import { openKeychain } from '../keychain/keychain.ts';
import { KEYCHAIN_SERVICE } from '../remote/kept-credential.ts';
import { ServerSession } from '../remote/session.ts';
import { type TrustedFetch, trustedFetch } from '../remote/trust.ts';
import { reach as reaching, serverClient } from './server-client.ts';
import { UsageError } from './usage-error.ts';

export const VARIABLE = 'GATEHOUSE_CREDENTIAL';

/**
 * Asks a server with the credential of GATEHOUSE_CREDENTIAL, else with what `login` has put into the keychain.
 * @throws UsageError where there is neither
 */
export async function withServer<T>(
  server: string,
  work: (client: ServerSession['client']) => Promise<T>,
): Promise<T> {
  const credential = process.env[VARIABLE]?.trim();
  if (credential) return work(serverClient(server, credential));
  return withKeptSession(server, ({ client }) => work(client));
}

/** Does `work` with the session that the keychain has for a server; which one, where there are several, says `user`. */
export async function withKeptSession<T>(
  server: string,
  work: (session: ServerSession) => Promise<T>,
  user?: string,
): Promise<T> {
  const reach = trustedFetch(null);
  try {
    return await work(await keptSession(server, reach, user));
  } finally {
    await reach.close();
  }
}

async function keptSession(
  server: string,
  reach: TrustedFetch,
  user: string | undefined,
): Promise<ServerSession> {
  const userIn = (account: string) => account.slice(0, -server.length - 1);
  const { keychain } = await openKeychain(KEYCHAIN_SERVICE);
  const found = (await keychain.findCredentials(KEYCHAIN_SERVICE))
    .map(({ account }) => account)
    .filter((account) => account.endsWith(`@${server}`) && (user === undefined || userIn(account) === user));
  const [account] = found;
  if (account === undefined)
    throw new UsageError(
      `sign in first: gatehouse login --server ${server} --user NAME --password-stdin; without a keychain, with --print, for ${VARIABLE}`,
    );
  if (found.length > 1)
    throw new UsageError(
      `several admins are signed in to ${server} (${found.map(userIn).join(', ')}): sign one out with gatehouse logout --server ${server} --user NAME`,
    );
  return new ServerSession(
    { url: server, user: userIn(account) },
    { ...reach, fetch: (request) => reaching(server, () => reach.fetch(request)) },
    keychain,
  );
}
