import type { Command } from 'commander';
import type { LogFilter } from '../../features/logs/contract.ts';
import { type InstanceOptions, oneId } from '../command.ts';
import { readTime } from '../times.ts';
import { UsageError } from '../usage-error.ts';

export interface LogFilterOptions extends InstanceOptions {
  from?: string;
  to?: string;
  token?: string;
  endpoint?: string;
  status?: string;
}

/** The options that say which rows of the log are meant. */
export const withFilterOptions = (command: Command): Command =>
  command
    .option('--from <iso>', 'from this time on; a date: its start, UTC')
    .option('--to <iso>', 'before this time; a date: its end, UTC')
    .option('--token <id>', 'of this token', oneId)
    .option('--endpoint <endpoint>', 'as "GET /v1/shifts/{id}", or a tag')
    .option('--status <status>', 'a code (429) or a class (4xx)');

export function filterOf(options: LogFilterOptions): LogFilter {
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
