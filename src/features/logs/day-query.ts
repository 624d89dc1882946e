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

/** The indexes of statuses are partial; a query says their condition again, which lets SQLite use them. */
const STATUS_INDEXES = {
  request_failure: 'status >= 400',
  request_rare: 'status < 400 AND status <> 200',
} as const;

type StatusIndex = keyof typeof STATUS_INDEXES;

/** Of streamed answers that were cut off: the status had left before there was a reason. */
const CUT = { index: 'request_cut', where: 'reason IS NOT NULL AND status < 400' } as const;

/** Where a query starts: one value of one index, whose entries are in the order of time. */
interface Branch {
  index: 'request_token' | 'request_endpoint' | 'request_cut' | StatusIndex | null;
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
 * choice can take seconds: a token's before a status's (200 and 2xx have none, as nearly all is 200) before an
 * endpoint's, and where several of its values are wanted, each is read in order of time and the results are merged.
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
  if (reasons) {
    const failures =
      status === null || status[1] >= 400
        ? statusBranches(file, 'request_failure', status ?? [400, 999])
        : [];
    const cut = status === null || status[0] < 400 ? cutFor(file, reasons) : [];
    return { branches: [...failures, ...cut], rest: restWithout(null) };
  }
  const index = status && statusIndexOf(file, status);
  if (index) return { branches: statusBranches(file, index, status), rest: restWithout(null) };
  if (endpoints)
    return { branches: branchesOf('request_endpoint', 'endpoint', endpoints), rest: restWithout('endpoint') };
  return { branches: [{ index: null, equals: 'TRUE', values: [] }], rest: restWithout(null) };
}

const branchesOf = (
  index: 'request_token' | 'request_endpoint',
  column: string,
  numbers: number[],
): Branch[] => numbers.map((number) => ({ index, equals: `${column} = ?`, values: [number] }));

/** One for each status in a range that occurs. */
const statusBranches = (file: SqliteFile, index: StatusIndex, statuses: Range): Branch[] =>
  statusesIn(file, index, statuses).map((value) => ({
    index,
    equals: `${STATUS_INDEXES[index]} AND status = ?`,
    values: [value],
  }));

/** Days that were written before there was the index are read whole. */
const cutFor = (file: SqliteFile, reasons: readonly number[]): Branch[] =>
  reasons.map((reason) => ({
    index: hasIndex(file, CUT.index) ? CUT.index : null,
    equals: `${CUT.where} AND reason = ?`,
    values: [reason],
  }));

const hasIndex = (file: SqliteFile, name: string): boolean =>
  file.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(name) !== undefined;

const numbersOf = (file: SqliteFile, table: string, where: string, value: string): number[] =>
  file.prepare<[string], number>(`SELECT id FROM ${table} WHERE ${where}`).pluck().all(value);

/** The first and the last of some statuses. */
type Range = [number, number];

/** "4xx" is 400 to 499, "429" itself. */
const statusRange = (status: string): Range =>
  status.endsWith('xx')
    ? [Number(status[0]) * 100, Number(status[0]) * 100 + 99]
    : [Number(status), Number(status)];

/** The index that has all of these statuses, or null. */
function statusIndexOf(file: SqliteFile, [from, to]: Range): StatusIndex | null {
  if (from >= 400) return 'request_failure';
  if (from <= 200 && to >= 200) return null;
  // Days that were written before there was this index are read whole.
  return hasIndex(file, 'request_rare') ? 'request_rare' : null;
}

/** The statuses in a range that occur, one look-up in the index each. */
function statusesIn(file: SqliteFile, index: StatusIndex, [from, to]: Range): number[] {
  const next = file
    .prepare<[number], number | null>(
      `SELECT min(status) FROM request INDEXED BY ${index} WHERE ${STATUS_INDEXES[index]} AND status >= ?`,
    )
    .pluck();
  const statuses: number[] = [];
  for (let status = next.get(from); status != null && status <= to; status = next.get(status + 1))
    statuses.push(status);
  return statuses;
}
