import { UsageError } from './usage-error.ts';

const VARIABLE = 'GATEHOUSE_CREDENTIAL';

/**
 * The access credential that commands show to a server: what `login --print` printed, from the environment.
 * @throws UsageError where there is none
 */
export function credentialFor(server: string): string {
  const credential = process.env[VARIABLE]?.trim();
  if (!credential)
    throw new UsageError(
      `sign in first: ${VARIABLE}=$(gatehouse login --server ${server} --user NAME --password-stdin --print)`,
    );
  return credential;
}
