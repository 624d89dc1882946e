import { Command } from 'commander';
import type { Limit, LimitsShown } from '../../features/limits/contract.ts';
import { withInstance } from '../client.ts';
import { type InstanceOptions, instanceCommand, oneId, wholeNumber } from '../command.ts';
import { printJson, printTable } from '../output.ts';
import { UsageError } from '../usage-error.ts';
import { countersCommand, resetCommand } from './limit-counters.ts';

export interface TargetOptions extends InstanceOptions {
  token?: string;
  instance?: true;
}

interface TrialOptions extends TargetOptions {
  trial?: true;
}

const MOST = 1_000_000_000;

export const targeted = (name: string, description: string) =>
  instanceCommand(name, description)
    .option('--token <id>', "this token's own limit", oneId)
    .option('--instance', 'the ceiling of all tokens together');

export function limitCommand(): Command {
  const command = new Command('limit').description('the rate limits');
  const onTrial = '--trial';
  command.addCommand(setCommand().option(onTrial, 'count what it would refuse, and enforce nothing'));
  command.addCommand(clearCommand().option(onTrial, 'end the trial there'));
  command.addCommand(showCommand());
  command.addCommand(countersCommand());
  command.addCommand(resetCommand());
  command.addCommand(trialCommand());
  return command;
}

/** `limit trial set` is `limit set --trial`, and so on. */
function trialCommand(): Command {
  const command = new Command('trial').description('limits that are counted and reported, never enforced');
  const fixed = { trial: true } as const;
  command.addCommand(setCommand(fixed));
  command.addCommand(clearCommand(fixed));
  command.addCommand(
    instanceCommand('show', 'show the trials, and what each would have refused in the last 24 hours').action(
      (options: InstanceOptions) =>
        withInstance(options, async (client) => {
          const { trials } = await client.limits.show();
          const refused = await client.limits.refusedByTrials();
          if (options.json) {
            printJson({ ...trials, refused });
            return;
          }
          printTable(['on trial for', 'per hour', 'burst'], rowsOf(trials), 'No limit is on trial.');
          if (refused.total > 0)
            printTable(
              ['token', 'would have been refused in 24 h', 'by the ceiling'],
              refused.tokens.map((one) => [
                `${one.tokenName} (${one.tokenId})`,
                one.byToken + one.byInstance,
                one.byInstance,
              ]),
              '',
            );
        }),
    ),
  );
  command.addCommand(
    targeted('adopt', 'bring the limit on trial into force').action((options: TargetOptions) => {
      const target = targetOf(options);
      return withInstance(options, async (client) => print(await client.limits.adopt({ target }), options));
    }),
  );
  return command;
}

const setCommand = (fixed: { trial?: true } = {}): Command =>
  targeted('set', 'set a limit; without --token or --instance the default of every token')
    .requiredOption('--per-hour <n>', 'requests in any hour', wholeNumber(1, MOST))
    .requiredOption('--burst <n>', 'requests in any burst period', wholeNumber(1, MOST))
    .requiredOption('--burst-seconds <s>', 'length of the burst period, in seconds', wholeNumber(1, 3_600))
    .action((given: TrialOptions & { perHour: number; burst: number; burstSeconds: number }) => {
      const options = { ...given, ...fixed };
      const target = targetOf(options);
      const limit: Limit = {
        requestsPerHour: options.perHour,
        burst: { requests: options.burst, seconds: options.burstSeconds },
      };
      return withInstance(options, async (client) =>
        print(await client.limits.set({ target, limit, trial: options.trial ?? false }), options),
      );
    });

const clearCommand = (fixed: { trial?: true } = {}): Command =>
  targeted(
    'clear',
    'take a limit away; without --token or --instance the default goes back to its first value',
  ).action((given: TrialOptions) => {
    const options = { ...given, ...fixed };
    const target = targetOf(options);
    return withInstance(options, async (client) =>
      print(await client.limits.clear({ target, trial: options.trial ?? false }), options),
    );
  });

const showCommand = (): Command =>
  instanceCommand('show', 'show every limit').action((options: InstanceOptions) =>
    withInstance(options, async (client) => print(await client.limits.show(), options)),
  );

function targetOf({ token, instance }: TargetOptions) {
  if (token !== undefined && instance)
    throw new UsageError('--token and --instance cannot be given together');
  if (token !== undefined) return { kind: 'token', tokenId: token } as const;
  return { kind: instance ? 'instance' : 'default' } as const;
}

const row = (name: string, limit: Limit) => [
  name,
  limit.requestsPerHour,
  `${limit.burst.requests} in ${limit.burst.seconds} s`,
];

type Shown = Pick<LimitsShown, 'instance' | 'tokens'> & { default: Limit | null };

const rowsOf = (shown: Shown, of = '') => [
  ...(shown.default ? [row(`${of}every token`, shown.default)] : []),
  ...(shown.instance ? [row(`${of}the instance`, shown.instance)] : []),
  ...shown.tokens.map((own) => row(`${of}${own.tokenName} (${own.tokenId})`, own.limit)),
];

function print(shown: LimitsShown, options: InstanceOptions): void {
  if (options.json) printJson(shown);
  else
    printTable(['for', 'per hour', 'burst'], [...rowsOf(shown), ...rowsOf(shown.trials, 'on trial: ')], '');
}
