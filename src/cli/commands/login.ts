import { Command } from 'commander';
import { openKeychain } from '../../keychain/keychain.ts';
import { KEYCHAIN_SERVICE, keepCredentials } from '../../remote/kept-credential.ts';
import { VARIABLE, withKeptSession, withServer } from '../credential.ts';
import { printJson, printLine } from '../output.ts';
import { passwordFromStdin } from '../password.ts';
import { serverClient, serverUrl } from '../server-client.ts';
import { UsageError } from '../usage-error.ts';

interface LoginOptions {
  server: string;
  user: string;
  print?: true;
  json?: true;
}

const serverCommand = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .requiredOption('--server <url>', 'the address of its admin door', serverUrl);

export const loginCommand = (): Command =>
  serverCommand('login', 'sign in to a server; the credential is kept in the keychain of the system')
    .requiredOption('--user <name>', 'the admin account')
    .requiredOption('--password-stdin', 'read the password from standard input')
    .option('--print', 'print the credential instead, for GATEHOUSE_CREDENTIAL')
    .option('--json', 'with --print: print JSON, the refresh credential too')
    .action(async ({ server, user, print, json }: LoginOptions) => {
      const password = await passwordFromStdin();
      if (!print) return keepSession(server, user, password);
      const given = await serverClient(server, null).session.signIn({ user, password });
      if (json) return printJson(given);
      printLine(given.access);
      process.stderr.write(
        `Signed in as ${given.account} (${given.role}) until ${given.accessExpiresAt.toISOString()}.\n`,
      );
    });

/** @throws UsageError where there is no keychain: what is kept in memory is gone with this command */
async function keepSession(server: string, user: string, password: string): Promise<void> {
  const { keychain, forThisRunOnly } = await openKeychain(KEYCHAIN_SERVICE);
  if (forThisRunOnly !== null)
    throw new UsageError(`there is no keychain (${forThisRunOnly}): use --print, for GATEHOUSE_CREDENTIAL`);
  const given = await serverClient(server, null).session.signIn({ user, password });
  await keepCredentials({ url: server, user: given.account }, keychain, given);
  printLine(`Signed in as ${given.account} (${given.role}).`);
}

export const logoutCommand = (): Command =>
  serverCommand('logout', 'end the session of GATEHOUSE_CREDENTIAL, or the one that the keychain has')
    .option('--user <name>', 'whose, where the keychain has several')
    .action(async ({ server, user }: { server: string; user?: string }) => {
      if (process.env[VARIABLE]) await withServer(server, (client) => client.session.signOut());
      else await withKeptSession(server, (session) => session.signOut(), user);
      printLine('Signed out.');
    });
