import { type Command, Option } from 'commander';
import type { Scope } from '../../db/schema.ts';
import { scope } from '../../features/tokens/contract.ts';
import { type AdminClient, withInstance } from '../client.ts';
import { collect, type InstanceOptions, instanceCommand, oneId } from '../command.ts';
import { grantsOf, type PlaceOptions, restrictionsOf } from '../names.ts';
import { printJson, printLine } from '../output.ts';
import { readExpiry } from '../times.ts';
import { UsageError } from '../usage-error.ts';
import { listed } from './listed-token.ts';

interface SetOptions extends InstanceOptions, PlaceOptions {
  name?: string;
  note?: string;
  expires?: string;
  scope?: Scope;
  endpoint?: string[];
  unrestricted?: true;
}

/** `token set`: changes what is given, and leaves the rest. */
export const setCommand = (): Command =>
  instanceCommand('set', 'change a token; in force at once')
    .argument('<id>', 'of the token', oneId)
    .option('--name <name>', 'what it is for')
    .option('--note <text>')
    .option('--expires <when>', 'ISO 8601 (a date: the end of that day, UTC) or never')
    .addOption(new Option('--scope <scope>', 'what it may do').choices(scope.options))
    .option(
      '--endpoint <tag[:read|write]>',
      'limited: an endpoint or tag it may use, in place of its list; repeatable',
      collect,
    )
    .option(
      '--business-unit <name>',
      'narrow to this business unit, in place of its list; repeatable',
      collect,
    )
    .option('--location <name>', 'narrow to this location, in place of its list; repeatable', collect)
    .option('--group <name>', 'narrow to this user group, in place of its list; repeatable', collect)
    .option('--unrestricted', 'no longer narrowed to any place')
    .action((id: string, options: SetOptions) => {
      const expiresAt = readExpiry(options.expires);
      return withInstance(options, async (client) => {
        const restrictions = await changedRestrictions(client, id, options);
        const endpoints = options.endpoint && (await grantsOf(client, options.endpoint));
        const { name, note } = options;
        const change = {
          ...(name !== undefined && { name }),
          ...(note !== undefined && { note }),
          ...(expiresAt !== undefined && { expiresAt }),
          ...(options.scope !== undefined && { scope: options.scope }),
          ...(endpoints !== undefined && { endpoints }),
          ...(restrictions !== undefined && { restrictions }),
        };
        if (Object.keys(change).length === 0) throw new UsageError('name at least one thing to change');
        const token = await client.tokens.update({ id, ...change });
        if (options.json) printJson(listed(token));
        else printLine(`Changed ${token.name}.`);
      });
    });

/** A kind of place that is named takes the place of the token's list of that kind; undefined: none is. */
async function changedRestrictions(client: AdminClient, id: string, options: SetOptions) {
  const named = (options.businessUnit ?? options.location ?? options.group) !== undefined;
  if (options.unrestricted && named)
    throw new UsageError('--unrestricted and a place to narrow to cannot be given together');
  if (options.unrestricted) return restrictionsOf(client, {});
  if (!named) return undefined;
  const { restrictions: before } = await client.tokens.get({ id });
  const after = await restrictionsOf(client, options);
  return {
    businessUnits: options.businessUnit ? after.businessUnits : before.businessUnits,
    locations: options.location ? after.locations : before.locations,
    userGroups: options.group ? after.userGroups : before.userGroups,
  };
}
