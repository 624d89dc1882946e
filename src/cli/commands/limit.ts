import { Command } from 'commander';
import type { Limit, LimitsShown } from '../../features/limits/contract.ts';
import { withInstance } from '../client.ts';
import { type InstanceOptions, instanceCommand, oneId, wholeNumber } from '../command.ts';
import { printJson, printTable } from '../output.ts';
import { UsageError } from '../usage-error.ts';

interface TargetOptions extends InstanceOptions {
  token?: string;
  instance?: true;
}

const MOST = 1_000_000_000;

export function limitCommand(): Command {
  const command = new Command('limit').description('the rate limits');
  const targeted = (name: string, description: string) =>
    instanceCommand(name, description)
      .option('--token <id>', "this token's own limit", oneId)
      .option('--instance', 'the ceiling of all tokens together');
  command.addCommand(
    targeted('set', 'set a limit; without --token or --instance the default of every token')
      .requiredOption('--per-hour <n>', 'requests in any hour', wholeNumber(1, MOST))
      .requiredOption('--burst <n>', 'requests in any burst period', wholeNumber(1, MOST))
      .requiredOption('--burst-seconds <s>', 'length of the burst period, in seconds', wholeNumber(1, 3_600))
      .action((options: TargetOptions & { perHour: number; burst: number; burstSeconds: number }) => {
        const target = targetOf(options);
        const limit: Limit = {
          requestsPerHour: options.perHour,
          burst: { requests: options.burst, seconds: options.burstSeconds },
        };
        return withInstance(options.db, async (client) => {
          print(await client.limits.set({ target, limit }), options);
        });
      }),
  );
  command.addCommand(
    targeted(
      'clear',
      'take a limit away; without --token or --instance the default goes back to its first value',
    ).action((options: TargetOptions) => {
      const target = targetOf(options);
      return withInstance(options.db, async (client) =>
        print(await client.limits.clear({ target }), options),
      );
    }),
  );
  command.addCommand(
    instanceCommand('show', 'show every limit').action((options: InstanceOptions) =>
      withInstance(options.db, async (client) => print(await client.limits.show(), options)),
    ),
  );
  return command;
}

function targetOf({ token, instance }: TargetOptions) {
  if (token !== undefined && instance)
    throw new UsageError('--token and --instance cannot be given together');
  if (token !== undefined) return { kind: 'token', tokenId: token } as const;
  return { kind: instance ? 'instance' : 'default' } as const;
}

function print(shown: LimitsShown, options: InstanceOptions): void {
  if (options.json) {
    printJson(shown);
    return;
  }
  const row = (name: string, limit: Limit) => [
    name,
    limit.requestsPerHour,
    `${limit.burst.requests} in ${limit.burst.seconds} s`,
  ];
  printTable(
    ['for', 'per hour', 'burst'],
    [
      row('every token', shown.default),
      ...(shown.instance ? [row('the instance', shown.instance)] : []),
      ...shown.tokens.map((own) => row(`${own.tokenName} (${own.tokenId})`, own.limit)),
    ],
    '',
  );
}
