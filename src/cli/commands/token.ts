import { Command, Option } from 'commander';
import type { Scope } from '../../db/schema.ts';
import type { Token } from '../../features/tokens/contract.ts';
import { type AdminClient, withInstance } from '../client.ts';
import { collect, type InstanceOptions, ids, instanceCommand, oneId, wholeNumber } from '../command.ts';
import { grantsOf, type PlaceOptions, restrictionsOf, userNamed } from '../names.ts';
import { printJson, printLine, printTable } from '../output.ts';
import { readExpiry, shownTime } from '../times.ts';
import { listed } from './listed-token.ts';
import { endOverlapCommand, hygieneCommand, rotateCommand } from './token-life.ts';
import { setCommand } from './token-set.ts';

interface CreateOptions extends InstanceOptions, PlaceOptions {
  name: string;
  user: string;
  scope: Scope;
  endpoint?: string[];
  expires?: string;
  note?: string;
}

export function tokenCommand(): Command {
  const command = new Command('token').description('the API tokens');
  command.addCommand(
    instanceCommand('create', 'generate a token; its secret is shown this once')
      .requiredOption('--name <name>', 'what it is for')
      .requiredOption('--user <email>', 'the user it operates under')
      .addOption(
        new Option('--scope <scope>', 'what it may do')
          .choices(['read-only', 'full', 'limited'])
          .makeOptionMandatory(),
      )
      .option('--endpoint <tag[:read|write]>', 'limited: an endpoint or tag it may use; repeatable', collect)
      .option('--business-unit <name>', 'narrow to this business unit; repeatable', collect)
      .option('--location <name>', 'narrow to this location; repeatable', collect)
      .option('--group <name>', 'narrow to this user group; repeatable', collect)
      .option(
        '--expires <when>',
        'ISO 8601 (a date: the end of that day, UTC) or never; left out: in 90 days',
      )
      .option('--note <text>')
      .action((options: CreateOptions) => {
        const expiresAt = readExpiry(options.expires);
        return withInstance(options, async (client) => {
          const user = await userNamed(client, options.user);
          const { token, secret } = await client.tokens.create({
            name: options.name,
            userId: user.id,
            scope: options.scope,
            endpoints: await grantsOf(client, options.endpoint),
            restrictions: await restrictionsOf(client, options),
            expiresAt,
            note: options.note ?? '',
          });
          if (options.json) return printJson({ ...listed(token), secret });
          printLine(`Generated ${token.name} (${token.id}), valid until ${shownTime(token.expiresAt)}.`);
          printLine(`The secret is shown this once:\n${secret}`);
        });
      }),
  );
  command.addCommand(
    instanceCommand('list', 'list the tokens, newest first')
      .option('--expiring <days>', 'only active ones that expire within so many days', wholeNumber(1, 3_650))
      .action((options: InstanceOptions & { expiring?: number }) =>
        withInstance(options, async (client) => {
          const tokens = await allTokens(client, options.expiring);
          if (options.json) return printJson(tokens.map(listed));
          printTable(
            ['id', 'name', 'user', 'scope', 'status', 'created', 'last used', 'expires'],
            tokens.map((token) => [
              token.id,
              token.name,
              token.user,
              token.scope,
              token.status,
              shownTime(token.createdAt),
              shownTime(token.lastUsedAt),
              token.expiresAt === null ? 'never' : shownTime(token.expiresAt),
            ]),
            options.expiring === undefined ? 'There is no token yet.' : 'None expires by then.',
          );
        }),
      ),
  );
  const change = (
    name: string,
    description: string,
    done: string,
    work: (client: AdminClient, id: string) => Promise<Token>,
  ) =>
    command.addCommand(
      instanceCommand(name, description)
        .argument('<id>', 'of the token', oneId)
        .action((id: string, options: InstanceOptions) =>
          withInstance(options, async (client) => {
            const token = await work(client, id);
            if (options.json) printJson(listed(token));
            else printLine(`${token.name} ${done}.`);
          }),
        ),
    );
  command.addCommand(setCommand());
  command.addCommand(rotateCommand());
  command.addCommand(endOverlapCommand());
  command.addCommand(hygieneCommand());
  command.addCommand(
    instanceCommand('revoke', 'revoke tokens, at once and for good: all of them, or none')
      .argument('<id...>', 'of the tokens', ids)
      .action((given: string[], options: InstanceOptions) =>
        withInstance(options, async (client) => {
          const revoked = (await client.tokens.revokeAll({ ids: given })).map(listed);
          // One is printed as every command prints one.
          if (options.json) printJson(given.length === 1 ? revoked[0] : revoked);
          else for (const token of revoked) printLine(`${token.name} is revoked.`);
        }),
      ),
  );
  change('disable', 'switch a token off', 'is switched off', (client, id) =>
    client.tokens.setActive({ id, active: false }),
  );
  change('enable', 'switch a token on again', 'is switched on', (client, id) =>
    client.tokens.setActive({ id, active: true }),
  );
  return command;
}

/** Every token, a page after the other. */
export async function allTokens(client: AdminClient, expiringWithinDays?: number): Promise<Token[]> {
  const found: Token[] = [];
  for (;;) {
    const { items, total } = await client.tokens.list({
      ...(expiringWithinDays !== undefined && { expiringWithinDays }),
      offset: found.length,
      limit: 1_000,
    });
    found.push(...items);
    if (items.length === 0 || found.length >= total) return found;
  }
}
