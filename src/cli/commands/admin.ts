import { randomBytes } from 'node:crypto';
import { Command, Option } from 'commander';
import { ROLES, type Role } from '../../base/roles.ts';
import type { Account } from '../../features/admins/contract.ts';
import { type AdminClient, withInstance } from '../client.ts';
import { type InstanceOptions, instanceCommand } from '../command.ts';
import { printJson, printLine, printTable } from '../output.ts';
import { passwordFromStdin } from '../password.ts';
import { shownTime } from '../times.ts';
import { UsageError } from '../usage-error.ts';

interface PasswordOptions extends InstanceOptions {
  passwordStdin?: true;
}

const roleOption = () => new Option('--role <role>', 'what they may do').choices(ROLES).makeOptionMandatory();

const withPassword = (command: Command): Command =>
  command.option('--password-stdin', 'read the password from standard input; else one is made and printed');

export function adminCommand(): Command {
  const command = new Command('admin').description('the admin accounts that sign in to a server');
  command.addCommand(
    withPassword(instanceCommand('add', 'add an account').argument('<name>'))
      .addOption(roleOption())
      .action((name: string, options: PasswordOptions & { role: Role }) =>
        setPassword(options, (client, password) => client.admins.add({ name, role: options.role, password })),
      ),
  );
  command.addCommand(
    instanceCommand('list', 'list the accounts').action((options: InstanceOptions) =>
      withInstance(options, async (client) => {
        const accounts = await client.admins.list();
        if (options.json) return printJson(accounts);
        printTable(
          ['name', 'role', 'state', 'sessions', 'last sign-in', 'added'],
          accounts.map(({ name, role, active, sessions, lastSignInAt, createdAt }) => [
            name,
            role,
            active ? 'active' : 'disabled',
            sessions,
            lastSignInAt === null ? 'never' : shownTime(lastSignInAt),
            shownTime(createdAt),
          ]),
          'There is no admin account.',
        );
      }),
    ),
  );
  command.addCommand(
    withPassword(
      instanceCommand('reset-password', 'set a new password; ends their sessions').argument('<name>'),
    ).action((name: string, options: PasswordOptions) =>
      setPassword(options, async (client, password) =>
        client.admins.resetPassword({ id: (await accountNamed(client, name)).id, password }),
      ),
    ),
  );
  const add = (
    given: Command,
    work: (client: AdminClient, account: Account, options: { role: Role }) => Promise<Account>,
  ) =>
    command.addCommand(
      given
        .argument('<name>')
        .action((name: string, options: InstanceOptions & { role: Role }) =>
          withInstance(options, async (client) =>
            show(await work(client, await accountNamed(client, name), options), options),
          ),
        ),
    );
  add(instanceCommand('disable', 'disable an account; ends their sessions'), (client, { id }) =>
    client.admins.disable({ id }),
  );
  add(instanceCommand('enable', 'enable an account again'), (client, { id }) => client.admins.enable({ id }));
  add(instanceCommand('set-role', 'give another role').addOption(roleOption()), (client, { id }, { role }) =>
    client.admins.setRole({ id, role }),
  );
  return command;
}

/** With the password of standard input, or a new one, which is shown this once. */
async function setPassword(
  options: PasswordOptions,
  work: (client: AdminClient, password: string) => Promise<Account>,
): Promise<void> {
  const made = options.passwordStdin ? null : randomBytes(18).toString('base64url');
  const password = made ?? (await passwordFromStdin());
  await withInstance(options, async (client) => {
    const account = await work(client, password);
    if (options.json) return printJson(made === null ? account : { ...account, password: made });
    show(account, options);
    if (made !== null) printLine(`Password, shown this once: ${made}`);
  });
}

function show(account: Account, { json }: InstanceOptions): void {
  if (json) printJson(account);
  else printLine(`${account.name} is ${account.active ? `an active ${account.role}` : 'disabled'}.`);
}

async function accountNamed(client: AdminClient, name: string): Promise<Account> {
  const wanted = name.trim().toLowerCase();
  const found = (await client.admins.list()).find(
    (account) => account.name === wanted || account.id === wanted,
  );
  if (!found) throw new UsageError(`there is no admin account "${name}"`);
  return found;
}
