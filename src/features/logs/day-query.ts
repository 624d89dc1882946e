import type { SqliteFile } from '../../db/open.ts';
import type { LogFilter } from './contract.ts';

/** A row of a day's file. */
export interface DayRow {
  id: number;
  detail: string;
}

/** A stretch of a day's rows in one direction. */
export interface Stretch {
  /** Smallest id, inclusive. */
  from: number;
  /** Largest id, exclusive. */
  to: number;
  order: 'oldest' | 'newest';
  limit: number;
}

/** Where a query starts: one value of one index, whose entries are in the order of time. */
interface Branch {
  index: 'request_token' | 'request_endpoint' | 'request_failure' | null;
  equals: string;
  values: number[];
}

/** What is compared besides, from the same index. */
interface Rest {
  sql: string;
  values: number[];
}

/**
 * The rows of one day that a filter (its times apart) lets through. The index is chosen here, as the planner's own
 * choice can take seconds: a token's before failures before an endpoint's, and where several of its values are
 * wanted, each is read in order of time and the results are merged.
 */
export function queryDay(file: SqliteFile, filter: LogFilter, stretch: Stretch): DayRow[] {
  const plan = planOf(file, filter);
  if (!plan) return [];
  const newest = stretch.order === 'newest';
  const found: number[] = [];
  for (const branch of plan.branches) {
    const sql = `SELECT id FROM request ${branch.index ? `INDEXED BY ${branch.index}` : 'NOT INDEXED'}
      WHERE ${branch.equals} AND id >= ? AND id < ? ${plan.rest.sql}
      ORDER BY id ${newest ? 'DESC' : 'ASC'} LIMIT ?`;
    const values = [...branch.values, stretch.from, stretch.to, ...plan.rest.values, stretch.limit];
    found.push(
      ...file
        .prepare<number[], number>(sql)
        .pluck()
        .all(...values),
    );
  }
  found.sort((a, b) => (newest ? b - a : a - b));
  const read = file.prepare<[number], DayRow>('SELECT id, detail FROM request WHERE id = ?');
  return found.slice(0, stretch.limit).flatMap((id) => read.get(id) ?? []);
}

/** null: nothing of this day can match. */
function planOf(file: SqliteFile, filter: LogFilter): { branches: Branch[]; rest: Rest } | null {
  const token =
    filter.tokenId === undefined ? null : numbersOf(file, 'token', 'token_id = ?', filter.tokenId);
  const endpoints =
    filter.endpoint === undefined ? null : numbersOf(file, 'endpoint', '? IN (name, tag)', filter.endpoint);
  const reasons = filter.reason === undefined ? null : numbersOf(file, 'reason', 'code = ?', filter.reason);
  if ([token, endpoints, reasons].some((numbers) => numbers?.length === 0)) return null;

  const status = filter.status === undefined ? null : statusRange(filter.status);
  const restParts: Array<{ column: string; numbers: number[] | null }> = [
    { column: 'endpoint', numbers: endpoints },
    { column: 'reason', numbers: reasons },
  ];
  const restWithout = (column: string | null): Rest => {
    const parts = restParts.filter((part) => part.numbers !== null && part.column !== column);
    return {
      sql: [
        ...parts.map(
          ({ column, numbers }) => `AND ${column} IN (${(numbers ?? []).map(() => '?').join(', ')})`,
        ),
        ...(status ? ['AND status BETWEEN ? AND ?'] : []),
      ].join(' '),
      values: [...parts.flatMap(({ numbers }) => numbers ?? []), ...(status ?? [])],
    };
  };

  if (token) return { branches: branchesOf('request_token', 'token', token), rest: restWithout(null) };
  const failures = status ? status[0] >= 400 : reasons !== null;
  // A reason goes with a failure: base/reasons.ts has none below 400.
  if (failures)
    return {
      branches: branchesOf('request_failure', 'status', failingStatuses(file, status ?? [400, 999])),
      rest: restWithout(null),
    };
  if (endpoints)
    return { branches: branchesOf('request_endpoint', 'endpoint', endpoints), rest: restWithout('endpoint') };
  return { branches: [{ index: null, equals: 'TRUE', values: [] }], rest: restWithout(null) };
}

const branchesOf = (index: NonNullable<Branch['index']>, column: string, numbers: number[]): Branch[] =>
  numbers.map((number) => ({
    index,
    // The index of failures is partial: saying it again lets SQLite use it.
    equals: index === 'request_failure' ? 'status >= 400 AND status = ?' : `${column} = ?`,
    values: [number],
  }));

const numbersOf = (file: SqliteFile, table: string, where: string, value: string): number[] =>
  file.prepare<[string], number>(`SELECT id FROM ${table} WHERE ${where}`).pluck().all(value);

/** "4xx" is 400 to 499, "429" itself. */
const statusRange = (status: string): [number, number] =>
  status.endsWith('xx')
    ? [Number(status[0]) * 100, Number(status[0]) * 100 + 99]
    : [Number(status), Number(status)];

/** The statuses in a range that occur, one look-up in the index each. */
function failingStatuses(file: SqliteFile, [from, to]: [number, number]): number[] {
  const next = file
    .prepare<[number], number | null>(
      'SELECT min(status) FROM request INDEXED BY request_failure WHERE status >= 400 AND status >= ?',
    )
    .pluck();
  const statuses: number[] = [];
  for (let status = next.get(from); status != null && status <= to; status = next.get(status + 1))
    statuses.push(status);
  return statuses;
}
