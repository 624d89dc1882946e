import { Command, InvalidArgumentError } from 'commander';
import type { TokenPolicy } from '../../features/tokens/contract.ts';
import { withInstance } from '../client.ts';
import { type InstanceOptions, instanceCommand, wholeNumber } from '../command.ts';
import { printJson, printLine } from '../output.ts';

const LONGEST_DAYS = 3_650;

// Not null for none: commander takes that for an option without its value.
const days = (text: string): number | 'none' => {
  if (text === 'none') return text;
  try {
    return wholeNumber(1, LONGEST_DAYS)(text);
  } catch {
    throw new InvalidArgumentError(`It must be a whole number of days from 1 to ${LONGEST_DAYS}, or none.`);
  }
};

export function policyCommand(): Command {
  const command = new Command('policy').description('what every token has to keep to');
  command.addCommand(
    instanceCommand('show', 'show the policy').action((options: InstanceOptions) =>
      withInstance(options, async (client) => print(await client.tokens.policy.show(), options)),
    ),
  );
  command.addCommand(
    instanceCommand('set', 'change the policy; existing tokens stay as they are, see token hygiene')
      .requiredOption('--max-lifetime <days>', 'how far away an expiry may be set, or none', days)
      .action((options: InstanceOptions & { maxLifetime: number | 'none' }) =>
        withInstance(options, async (client) =>
          print(
            await client.tokens.policy.set({
              maxLifetimeDays: options.maxLifetime === 'none' ? null : options.maxLifetime,
            }),
            options,
          ),
        ),
      ),
  );
  return command;
}

function print(policy: TokenPolicy, options: InstanceOptions): void {
  if (options.json) printJson(policy);
  else
    printLine(
      policy.maxLifetimeDays === null
        ? 'A token may live for any time, or for ever.'
        : `A token may live for at most ${policy.maxLifetimeDays} days.`,
    );
}
