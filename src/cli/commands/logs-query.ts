import type { Command } from 'commander';
import { withInstance } from '../client.ts';
import { instanceCommand, wholeNumber } from '../command.ts';
import { takingExpression } from '../expression.ts';
import { printRows } from '../log-rows.ts';
import { filterOf, type LogRangeOptions, withRangeOptions } from './logs-filter.ts';

export const logsQueryCommand = (): Command =>
  takingExpression(
    withRangeOptions(instanceCommand('query', 'the requests that an expression describes, newest first')),
  )
    .option('--limit <n>', 'at most so many', wholeNumber(1, 10_000_000), 100)
    .action((expression: string[], options: LogRangeOptions & { limit: number }) => {
      const filter = filterOf(options, expression);
      return withInstance(options, (client) => printRows(client, filter, options));
    });
