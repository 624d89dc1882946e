import type { Command } from 'commander';
import type { CountersShown } from '../../features/limits/contract.ts';
import { withInstance } from '../client.ts';
import { type InstanceOptions, instanceCommand, oneId, wholeNumber } from '../command.ts';
import { printJson, printLine, printTable } from '../output.ts';
import { UsageError } from '../usage-error.ts';

interface CountersOptions extends InstanceOptions {
  token?: string;
  search?: string;
  limit: number;
  offset: number;
}

export const countersCommand = (): Command =>
  instanceCommand('counters', 'show what is used of each limit, by the log: at most a second late')
    .option('--token <id>', 'this token alone', oneId)
    .option('--search <text>', 'part of the name of a token')
    .option('--limit <n>', 'so many tokens', wholeNumber(1, 500), 50)
    .option('--offset <n>', 'from this one on, the busiest first', wholeNumber(0, 10_000_000), 0)
    .action(({ token, search, limit, offset, ...options }: CountersOptions) =>
      withInstance(options, async (client) => {
        const shown = await client.limits.counters({ tokenId: token, search, limit, offset });
        if (options.json) printJson(shown);
        else print(shown);
      }),
    );

export const resetCommand = (): Command =>
  instanceCommand('reset', 'let counters begin anew: a running gateway does so before its next request')
    .option('--token <id>', 'the counters of this token', oneId)
    .option('--instance', 'the counters of all tokens together')
    .action(({ token, instance, ...options }: InstanceOptions & { token?: string; instance?: true }) => {
      if ((token === undefined) === (instance === undefined))
        throw new UsageError('give either --token or --instance: whose counters are meant?');
      const target =
        token === undefined ? ({ kind: 'instance' } as const) : ({ kind: 'token', tokenId: token } as const);
      return withInstance(options, async (client) => {
        const { at } = await client.limits.reset({ target });
        if (options.json) printJson({ target, at });
        else printLine(`Reset as of ${at.toISOString()}.`);
      });
    });

type Quota = CountersShown['instance']['hour'];

const usedOf = (quota: Quota | null): string =>
  quota === null ? '-' : `${quota.used} of ${quota.limit ?? 'no limit'}`;

function print({ instance, tokens, total, at }: CountersShown): void {
  const row = (name: string, of: CountersShown['instance']) => [
    name,
    usedOf(of.hour),
    usedOf(of.burst),
    of.hour.growsAt?.toISOString() ?? '-',
  ];
  printTable(
    ['of', 'last hour', 'burst', 'next grows'],
    [
      row('the instance', instance),
      ...tokens.map((token) => row(`${token.tokenName} (${token.tokenId})`, token)),
    ],
    '',
  );
  printLine(`${tokens.length} of ${total} tokens, by the log as of ${at.toISOString()}.`);
}
