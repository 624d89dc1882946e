import type { Command } from 'commander';
import { withInstance } from '../client.ts';
import { instanceCommand, wholeNumber } from '../command.ts';
import { printRows } from '../log-rows.ts';
import { checkNames } from '../names.ts';
import { logsExportCommand } from './logs-export.ts';
import { filterOf, type LogFilterOptions, withFilterOptions } from './logs-filter.ts';
import { logsQueryCommand } from './logs-query.ts';
import { logsTailCommand } from './logs-tail.ts';

export const logsCommand = (): Command =>
  withFilterOptions(instanceCommand('logs', 'the requests that reached the gateway, newest first'))
    .option('--limit <n>', 'at most so many', wholeNumber(1, 10_000_000), 100)
    .action((options: LogFilterOptions & { limit: number }) => {
      const filter = filterOf(options);
      return withInstance(options, async (client) => {
        await checkNames(client, options);
        await printRows(client, filter, options);
      });
    })
    .enablePositionalOptions()
    .addCommand(logsQueryCommand())
    .addCommand(logsTailCommand())
    .addCommand(logsExportCommand());
