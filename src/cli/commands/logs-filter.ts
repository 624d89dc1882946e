import type { Command } from 'commander';
import { term } from '../../base/log-query/build.ts';
import { writeTerm } from '../../base/log-query/write.ts';
import type { LogFilter } from '../../features/logs/contract.ts';
import { type InstanceOptions, oneId } from '../command.ts';
import { readTime } from '../times.ts';
import { UsageError } from '../usage-error.ts';

export interface LogRangeOptions extends InstanceOptions {
  from?: string;
  to?: string;
}

export interface LogFilterOptions extends LogRangeOptions {
  token?: string;
  endpoint?: string;
  status?: string;
}

/** The options that say from when rows of the log are meant. */
export const withRangeOptions = (command: Command): Command =>
  command
    .option('--from <iso>', 'from this time on; a date: its start, UTC')
    .option('--to <iso>', 'before this time; a date: its end, UTC');

/** The options that say which rows of the log are meant; they were there before expressions. */
export const withFilterOptions = (command: Command): Command =>
  withRangeOptions(command)
    .option('--token <id>', 'of this token', oneId)
    .option('--endpoint <endpoint>', 'as "GET /v1/shifts/{id}", or a tag')
    .option('--status <status>', 'a code (429) or a class (4xx)');

/** The filter that options and the arguments of an expression ask for together. */
export function filterOf(options: LogFilterOptions, expression: readonly string[] = []): LogFilter {
  const query = [...expression.map((part) => part.trim()), ...termsOf(options)].join(' ').trim();
  const from = options.from === undefined ? undefined : readTime('--from', options.from, 'start');
  const to = options.to === undefined ? undefined : readTime('--to', options.to, 'end');
  if (from !== undefined && to !== undefined && from >= to)
    throw new UsageError(`--from: ${options.from} is not before --to (${options.to})`);
  return {
    ...(from && { from }),
    ...(to && { to }),
    ...(query === '' ? {} : { query }),
  };
}

function termsOf({ token, endpoint, status }: LogFilterOptions): string[] {
  if (status !== undefined && !/^[1-5](xx|\d\d)$/i.test(status))
    throw new UsageError(`--status: "${status}" is neither a code (429) nor a class (4xx)`);
  return [
    ...(token === undefined ? [] : [writeTerm(term('token', token))]),
    ...(endpoint === undefined ? [] : [writeTerm(term('endpoint', endpoint))]),
    ...(status === undefined ? [] : [`status:${status.toLowerCase()}`]),
  ];
}
