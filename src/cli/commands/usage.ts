import type { Command } from 'commander';
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
    .action((options: InstanceOptions & { token?: string; from?: string; to?: string }) => {
      const range = {
        ...(options.from === undefined ? {} : { from: readTime('--from', options.from, 'start') }),
        ...(options.to === undefined ? {} : { to: readTime('--to', options.to, 'end') }),
      };
      return withInstance(options, async (client) => {
        await checkNames(client, options);
        const summary = await client.usage.summary({
          ...range,
          ...(options.token === undefined ? {} : { tokenId: options.token }),
        });
        printUsage(summary, options);
      });
    });

/** Prints a summary, as people read it or as JSON. */
export function printUsage(summary: UsageSummary, { json = false }: { json?: boolean }): void {
  if (json) {
    printJson(summary);
    return;
  }
  printLine(
    `${summary.total} requests from ${shownTime(summary.from)} to ${shownTime(summary.to)}, ` +
      `on average ${shownMs(summary.averageMs)} ms, p50 ${shownMs(summary.p50Ms)}, ` +
      `p95 ${shownMs(summary.p95Ms)}, p99 ${shownMs(summary.p99Ms)}`,
  );
  printTable(['outcome', 'requests'], Object.entries(summary.byOutcome), '');
  printTable(
    ['endpoint', 'requests', 'errors', 'average ms', 'p95 ms'],
    summary.byEndpoint.map((row) => [
      row.endpoint,
      row.count,
      row.errors,
      row.averageMs.toFixed(1),
      shownMs(row.p95Ms),
    ]),
    'No request in this range.',
  );
}

const shownMs = (ms: number | null): string => ms?.toFixed(1) ?? '–';
