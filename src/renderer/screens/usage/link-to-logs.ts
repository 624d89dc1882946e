import { term } from '../../../base/log-query/build.ts';
import { writeQuery } from '../../../base/log-query/write.ts';
import type { Outcome } from '../../../base/reasons.ts';
import { paths } from '../../routes/paths.ts';

/** What a click on analytics asks the log for, beside its token and range. */
export interface LogsWanted {
  /** Instead of the range's own instants. */
  from?: Date;
  to?: Date;
  endpoint?: string;
  status?: string;
  outcome?: Outcome;
  reason?: string;
}

export type LinkToLogs = (wanted: LogsWanted) => string;

/** Makes links to exactly the requests that figures were summed from. */
export const linkToLogsFrom =
  (token: string | null, range: { from: Date; to: Date }): LinkToLogs =>
  ({ from = range.from, to = range.to, ...filter }) => {
    const terms = Object.entries({ token, ...filter }).flatMap(([field, value]) =>
      value == null ? [] : [term(field as keyof typeof filter | 'token', value)],
    );
    const q = writeQuery(terms);
    return paths.logs({ ...(q !== '' && { q }), from: from.toISOString(), to: to.toISOString() });
  };
