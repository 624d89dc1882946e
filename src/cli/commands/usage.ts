import type { Command } from 'commander';
import { OUTCOMES } from '../../base/reasons.ts';
import type { UsageSummary } from '../../features/usage/contract.ts';
import { withInstance } from '../client.ts';
import { type InstanceOptions, instanceCommand, oneId } from '../command.ts';
import { checkNames } from '../names.ts';
import { printJson, printLine, printTable } from '../output.ts';
import { readTime, shownTime } from '../times.ts';

export const usageCommand = (): Command =>
  instanceCommand('usage', 'what came in, and what came of it; by default in the last 24 hours')
    .option('--token <id>', 'of this token; left out: of all', oneId)
    .option('--from <iso>', 'from this time on; a date: its start, UTC')
    .option('--to <iso>', 'before this time; a date: its end, UTC')
    .option('--zone <zone>', 'points of an hour or more follow this time zone (as Europe/Berlin)', 'UTC')
    .option('--compare', 'also with the period of the same length before')
    .action((options: UsageOptions) => {
      const range = {
        ...(options.from === undefined ? {} : { from: readTime('--from', options.from, 'start') }),
        ...(options.to === undefined ? {} : { to: readTime('--to', options.to, 'end') }),
      };
      return withInstance(options, async (client) => {
        await checkNames(client, options);
        const summary = await client.usage.summary({
          ...range,
          zone: options.zone,
          compare: options.compare ?? false,
          ...(options.token === undefined ? {} : { tokenId: options.token }),
        });
        printUsage(summary, options);
      });
    });

interface UsageOptions extends InstanceOptions {
  token?: string;
  from?: string;
  to?: string;
  zone: string;
  compare?: boolean;
}

/** Prints a summary, as people read it or as JSON. */
export function printUsage(summary: UsageSummary, { json = false }: { json?: boolean }): void {
  if (json) {
    printJson(summary);
    return;
  }
  const { previous } = summary;
  printLine(totalsLine(summary));
  if (previous !== null) printLine(`before: ${totalsLine(previous)}`);
  printTable(
    ['outcome', 'requests', ...(previous ? ['before'] : [])],
    OUTCOMES.map((outcome) => [
      outcome,
      summary.byOutcome[outcome],
      ...(previous ? [previous.byOutcome[outcome]] : []),
    ]),
    '',
  );
  printTable(
    ['endpoint', 'requests', 'errors', 'average ms', 'p50 ms', 'p95 ms', 'p99 ms'],
    summary.byEndpoint.map(({ endpoint, count, errors, averageMs, p50Ms, p95Ms, p99Ms }) => [
      endpoint,
      count,
      errors,
      ...[averageMs, p50Ms, p95Ms, p99Ms].map(shownMs),
    ]),
    'No request in this range.',
  );
}

const shownMs = (ms: number | null): string => ms?.toFixed(1) ?? '–';

const totalsLine = (
  of: Pick<UsageSummary, 'total' | 'from' | 'to' | 'averageMs' | 'p50Ms' | 'p95Ms' | 'p99Ms'>,
) =>
  `${of.total} requests from ${shownTime(of.from)} to ${shownTime(of.to)}, on average ${shownMs(of.averageMs)} ms, ` +
  `p50 ${shownMs(of.p50Ms)}, p95 ${shownMs(of.p95Ms)}, p99 ${shownMs(of.p99Ms)} ms`;
