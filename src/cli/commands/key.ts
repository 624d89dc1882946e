import { Command } from 'commander';
import type { KeysShown } from '../../features/tokens/contract.ts';
import { makeKeyText } from '../../features/tokens/key.ts';
import { withInstance } from '../client.ts';
import { type InstanceOptions, instanceCommand } from '../command.ts';
import { printJson, printLine, printTable } from '../output.ts';

export function keyCommand(): Command {
  const command = new Command('key').description('the keys that secrets are hashed with');
  command.addCommand(
    instanceCommand('show', 'show every key, and how many secrets hang on it').action(
      (options: InstanceOptions) =>
        withInstance(options, async (client) => print(await client.tokens.keys.show(), options)),
    ),
  );
  command.addCommand(
    instanceCommand(
      'replace',
      'make a new key the current one; each secret moves to it when it is next used',
    ).action((options: InstanceOptions) =>
      withInstance(options, async (client) => print(await client.tokens.keys.replace(), options)),
    ),
  );
  command.addCommand(
    instanceCommand('retire', 'take an old key away')
      .argument('<id>')
      .option('--force', 'also while live secrets hang on it: those are then dead')
      .action((id: string, options: InstanceOptions & { force?: true }) =>
        withInstance(options, async (client) =>
          print(await client.tokens.keys.retire({ id, force: options.force ?? false }), options),
        ),
      ),
  );
  command.addCommand(
    new Command('generate')
      .description('print a new key, to be put before the others in GATEHOUSE_KEY')
      .action(() => printLine(makeKeyText())),
  );
  return command;
}

function print(shown: KeysShown, options: InstanceOptions): void {
  if (options.json) {
    printJson(shown);
    return;
  }
  printLine(`The keys are in the ${shown.source === 'file' ? 'key file' : 'environment (GATEHOUSE_KEY)'}.`);
  printTable(
    ['key', 'use', 'live secrets', 'dead secrets'],
    shown.keys.map(({ id, current, present, live, dead }) => [
      id,
      current ? 'new secrets' : present ? 'verifies only' : 'missing',
      live,
      dead,
    ]),
    '',
  );
}
