import type { Command } from 'commander';
import type { LogRow } from '../../features/logs/contract.ts';
import { withInstance } from '../client.ts';
import { instanceCommand, wholeNumber } from '../command.ts';
import { checkNames } from '../names.ts';
import { printJson, printTable } from '../output.ts';
import { logsExportCommand } from './logs-export.ts';
import { filterOf, type LogFilterOptions, withFilterOptions } from './logs-filter.ts';

interface LogsOptions extends LogFilterOptions {
  limit: number;
}

const PAGE = 1_000;

export const logsCommand = (): Command =>
  withFilterOptions(instanceCommand('logs', 'the requests that reached the gateway, newest first'))
    .option('--limit <n>', 'at most so many', wholeNumber(1, 10_000_000), 100)
    .action((options: LogsOptions) => {
      const filter = filterOf(options);
      return withInstance(options, async (client) => {
        await checkNames(client, options);
        const rows: LogRow[] = [];
        let cursor: string | undefined;
        do {
          const page = await client.logs.query({
            filter,
            limit: Math.min(PAGE, options.limit - rows.length),
            ...(cursor === undefined ? {} : { cursor }),
          });
          rows.push(...page.items);
          cursor = page.nextCursor ?? undefined;
        } while (cursor !== undefined && rows.length < options.limit);
        if (options.json) return printJson(rows);
        printTable(
          ['time', 'status', 'ms', 'request', 'token', 'address', 'reason', 'request id'],
          rows.map((row) => [
            row.time.toISOString(),
            row.status,
            row.durationMs.toFixed(1),
            `${row.method} ${row.path}`,
            row.tokenName ?? '–',
            row.address,
            row.reason ?? '',
            row.requestId,
          ]),
          'No request matches.',
        );
      });
    })
    .enablePositionalOptions()
    .addCommand(logsExportCommand());
