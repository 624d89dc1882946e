import type { Command } from 'commander';
import { withInstance } from '../client.ts';
import { type InstanceOptions, instanceCommand } from '../command.ts';
import { takingExpression } from '../expression.ts';
import { ROW_HEADINGS, rowCells } from '../log-rows.ts';
import { growingTable, printLine } from '../output.ts';
import { filterOf } from './logs-filter.ts';

export const logsTailCommand = (): Command =>
  takingExpression(
    instanceCommand(
      'tail',
      'the requests that arrive from now on, until it is interrupted; as JSON, one a line',
    ),
  ).action((expression: string[], options: InstanceOptions) => {
    const { query } = filterOf({}, expression);
    return withInstance(options, async (client) => {
      const stop = new AbortController();
      const onSignal = () => stop.abort();
      process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
      try {
        const filter = query === undefined ? {} : { query };
        const table = growingTable(ROW_HEADINGS);
        for await (const { items } of await client.logs.tail({ filter }, { signal: stop.signal }))
          if (options.json) for (const row of items) printLine(JSON.stringify(row));
          else if (items.length > 0) printLine(table(items.map(rowCells)));
      } catch (thrown) {
        // That it was interrupted is how it ends.
        if (!stop.signal.aborted) throw thrown;
      } finally {
        process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
      }
    });
  });
