import { Command } from 'commander';
import { credentialFor } from '../credential.ts';
import { printJson, printLine } from '../output.ts';
import { passwordFromStdin } from '../password.ts';
import { serverClient, serverUrl } from '../server-client.ts';

interface LoginOptions {
  server: string;
  user: string;
  json?: true;
}

const serverCommand = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .requiredOption('--server <url>', 'the address of its admin door', serverUrl);

export const loginCommand = (): Command =>
  serverCommand('login', 'sign in to a server')
    .requiredOption('--user <name>', 'the admin account')
    .requiredOption('--password-stdin', 'read the password from standard input')
    .requiredOption('--print', 'print the credential, for GATEHOUSE_CREDENTIAL')
    .option('--json', 'print JSON, the refresh credential too')
    .action(async ({ server, user, json }: LoginOptions) => {
      const given = await serverClient(server, null).session.signIn({
        user,
        password: await passwordFromStdin(),
      });
      if (json) return printJson(given);
      printLine(given.access);
      process.stderr.write(
        `Signed in as ${given.account} (${given.role}) until ${given.accessExpiresAt.toISOString()}.\n`,
      );
    });

export const logoutCommand = (): Command =>
  serverCommand('logout', 'end the session of GATEHOUSE_CREDENTIAL').action(
    async ({ server }: { server: string }) => {
      await serverClient(server, credentialFor(server)).session.signOut();
      printLine('Signed out.');
    },
  );
