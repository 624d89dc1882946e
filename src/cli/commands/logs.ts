import type { Command } from 'commander';
import type { LogFilter, LogRow } from '../../features/logs/contract.ts';
import { withInstance } from '../client.ts';
import { type InstanceOptions, instanceCommand, oneId, wholeNumber } from '../command.ts';
import { checkNames } from '../names.ts';
import { printJson, printTable } from '../output.ts';
import { readTime } from '../times.ts';
import { UsageError } from '../usage-error.ts';

interface LogsOptions extends InstanceOptions {
  from?: string;
  to?: string;
  token?: string;
  endpoint?: string;
  status?: string;
  limit: number;
}

const PAGE = 1_000;

export const logsCommand = (): Command =>
  instanceCommand('logs', 'the requests that reached the gateway, newest first')
    .option('--from <iso>', 'from this time on; a date: its start, UTC')
    .option('--to <iso>', 'before this time; a date: its end, UTC')
    .option('--token <id>', 'of this token', oneId)
    .option('--endpoint <endpoint>', 'as "GET /v1/shifts/{id}", or a tag')
    .option('--status <status>', 'a code (429) or a class (4xx)')
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
    });

function filterOf(options: LogsOptions): LogFilter {
  if (options.status !== undefined && !/^[1-5](xx|\d\d)$/i.test(options.status))
    throw new UsageError(`--status: "${options.status}" is neither a code (429) nor a class (4xx)`);
  return {
    ...(options.from === undefined ? {} : { from: readTime('--from', options.from, 'start') }),
    ...(options.to === undefined ? {} : { to: readTime('--to', options.to, 'end') }),
    ...(options.token === undefined ? {} : { tokenId: options.token }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.status === undefined ? {} : { status: options.status.toLowerCase() }),
  };
}
