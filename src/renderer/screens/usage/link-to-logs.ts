import { paths } from '../../routes/paths.ts';

/** What a click on analytics asks the log for, beside its token and range. */
export interface LogsWanted {
  /** Instead of the range's own instants. */
  from?: Date;
  to?: Date;
  endpoint?: string;
  status?: string;
  reason?: string;
}

export type LinkToLogs = (wanted: LogsWanted) => string;

/** Makes links to exactly the requests that figures were summed from. */
export const linkToLogsFrom =
  (token: string | null, range: { from: Date; to: Date }): LinkToLogs =>
  ({ from = range.from, to = range.to, ...filter }) =>
    paths.logs({
      ...(token === null ? {} : { token }),
      from: from.toISOString(),
      to: to.toISOString(),
      ...filter,
    });
