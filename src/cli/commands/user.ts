import { Command, Option } from 'commander';
import { withInstance } from '../client.ts';
import { collect, type InstanceOptions, instanceCommand } from '../command.ts';
import { type PlaceOptions, restrictionsOf, userNamed } from '../names.ts';
import { printJson, printLine, printTable } from '../output.ts';
import { shownTime } from '../times.ts';

export function userCommand(): Command {
  const command = new Command('user').description("the directory's users, under whom tokens operate");
  command.addCommand(
    instanceCommand('add', 'add a user')
      .argument('<email>')
      .requiredOption('--name <name>')
      .addOption(
        new Option('--access <access>', 'what the user may do').choices(['read', 'write']).default('write'),
      )
      .option('--business-unit <name>', 'narrow to this business unit; repeatable', collect)
      .option('--location <name>', 'narrow to this location; repeatable', collect)
      .option('--group <name>', 'narrow to this user group; repeatable', collect)
      .action(
        (
          email: string,
          options: InstanceOptions & PlaceOptions & { name: string; access: 'read' | 'write' },
        ) =>
          withInstance(options, async (client) => {
            const restrictions = await restrictionsOf(client, options);
            const { name, access } = options;
            const user = await client.directory.users.add({ email, name, access, restrictions });
            if (options.json) printJson(user);
            else printLine(`Added ${user.name} <${user.email}>.`);
          }),
      ),
  );
  command.addCommand(
    instanceCommand('list', 'list the users').action((options: InstanceOptions) =>
      withInstance(options, async (client) => {
        const users = await client.directory.users.list();
        if (options.json) return printJson(users);
        printTable(
          ['email', 'name', 'access', 'state', 'tokens', 'added'],
          users.map((user) => [
            user.email,
            user.name,
            user.access,
            user.active ? 'active' : 'deactivated',
            user.tokens,
            shownTime(user.createdAt),
          ]),
          'There is no user yet.',
        );
      }),
    ),
  );
  for (const [name, active, description, done] of [
    ['deactivate', false, 'deactivate a user; their tokens are dead at once', 'is deactivated'],
    ['activate', true, 'activate a user again', 'is active'],
  ] as const)
    command.addCommand(
      instanceCommand(name, description)
        .argument('<email>', 'or the id')
        .action((email: string, options: InstanceOptions) =>
          withInstance(options, async (client) => {
            const { id } = await userNamed(client, email);
            const user = await client.directory.users.setActive({ id, active });
            if (options.json) printJson(user);
            else printLine(`${user.email} ${done}.`);
          }),
        ),
    );
  return command;
}
