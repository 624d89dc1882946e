import { piecesOf } from '../../../base/log-query/pattern.ts';
import { isNumberField, type NumberField, type Term, type Value } from '../../../base/log-query/terms.ts';
import { OUTCOMES, type Outcome } from '../../../base/reasons.ts';
import { parseRange } from '../../ip-rules/ranges.ts';
import type { Queries } from './queries.ts';
import { type Bind, type Sql, someOf } from './sql.ts';
import { type Patterns, patternsOf, textCondition } from './text-patterns.ts';
import { type FoundValue, findValues, type ListedField, NO_VALUE } from './values.ts';

/** What a term says of a row's columns. */
export interface TermSql {
  /** Whether it holds, or null where it does not. */
  readonly sql: Sql;
  /**
   * The same as alternatives that exclude each other, each of them one entry of an index whose rows are in the order of
   * time; null where it is not that, or of too many.
   */
  readonly walks: readonly Sql[] | null;
}

/** More walks at once cost more than a look at the rows. */
const MOST_WALKS = 12;

/** A term as SQL says it, its exclusion apart; null where the columns do not decide it. */
export async function termSql(pool: Queries, term: Term): Promise<TermSql | null> {
  const { field } = term;
  if (isNumberField(field)) return numbers(field, term.values);
  switch (field) {
    case 'token':
    case 'user':
    case 'endpoint':
    case 'reason':
      return listed(pool, field, patternsOf(term));
    case 'outcome':
      return outcomes(term.values);
    case 'address':
      return addresses(term);
    case 'method':
      return plain(textCondition('upper(method)', patternsOf(term)));
    case 'path':
      return plain(paths(patternsOf(term)));
    case 'agent':
      return plain(textCondition('agent', patternsOf(term)));
    case 'id':
    case 'text':
      return null;
  }
}

const plain = (sql: Sql): TermSql => ({ sql, walks: null });

const walked = (walks: readonly Sql[]): TermSql => ({
  sql: someOf(walks),
  walks: walks.length <= MOST_WALKS ? walks : null,
});

/** The column of a listed value and that of its name; null where it has none. */
const COLUMNS: Record<ListedField, readonly [value: string, label: string | null]> = {
  token: ['token_id', 'token_name'],
  user: ['user_id', 'user_name'],
  endpoint: ['endpoint', "coalesce(tag, '')"],
  reason: ['reason', null],
};

async function listed(pool: Queries, field: ListedField, patterns: Patterns): Promise<TermSql> {
  const [column, label] = COLUMNS[field];
  const { exact, like, any, none } = patterns;
  const named = label === null ? 'FALSE' : `${label} <> ''`;
  const some: Sql[] = [
    ...(any ? [() => `(${column} IS NOT NULL OR ${named})`] : []),
    ...(none ? [() => `(${column} IS NULL AND NOT (${named}))`] : []),
  ];
  const found = exact.length + like.length > 0 ? await findValues(pool, field, patterns) : [];
  const isWalked = found.length <= MOST_WALKS && found.every(({ value }) => value !== NO_VALUE);
  if (some.length > 0 || !isWalked) return plain(someOf([...some, ...anyOf(found, column, label)]));
  return walked(found.map((one) => valueSql(one, column, label)));
}

const valueSql =
  ({ value, labels }: FoundValue, column: string, label: string | null): Sql =>
  (bind) => {
    const isValue = value === NO_VALUE ? `${column} IS NULL` : `${column} = ${bind(value)}`;
    return labels === null || label === null ? isValue : `${isValue} AND ${label} = ANY(${bind(labels)})`;
  };

/** Values that are meant whatever their name are one list. */
function anyOf(found: readonly FoundValue[], column: string, label: string | null): Sql[] {
  const always = found.filter(({ value, labels }) => labels === null && value !== NO_VALUE);
  const others = found.filter((one) => !always.includes(one));
  return [
    ...(always.length > 0
      ? [(bind: Bind) => `${column} = ANY(${bind(always.map(({ value }) => value))})`]
      : []),
    ...others.map((one) => (bind: Bind) => `(${valueSql(one, column, label)(bind)})`),
  ];
}

type Range = Extract<Value, { kind: 'range' }>;

const NUMBERS: Record<NumberField, string> = {
  status: 'status',
  ms: 'duration_ms',
  in: 'bytes_in',
  out: 'bytes_out',
};

function numbers(field: NumberField, values: readonly Value[]): TermSql {
  const ranges = values.filter((value) => value.kind === 'range');
  if (field === 'status') {
    const walks = ranges.map(statusWalk);
    if (walks.every((walk) => walk !== null) && areApart(ranges)) return walked(walks);
  }
  return plain(someOf(ranges.map((range) => withinSql(NUMBERS[field], range))));
}

function withinSql(column: string, { from, fromOpen, to, toOpen }: Range): Sql {
  if (from === null && to === null) return () => 'TRUE';
  return (bind) =>
    `(${[
      ...(from === null ? [] : [`${column} ${fromOpen ? '>' : '>='} ${bind(from)}::float8`]),
      ...(to === null ? [] : [`${column} ${toOpen ? '<' : '<='} ${bind(to)}::float8`]),
    ].join(' AND ')})`;
}

/** Of 200 and 2xx there is no index, as nearly all is 200; partial indexes are used where their condition is said again. */
function statusWalk({ from, fromOpen, to, toOpen }: Range): Sql | null {
  if (from === null || to === null || fromOpen || toOpen || !Number.isInteger(from)) return null;
  if (from === to && from !== 200) return (bind) => `status <> 200 AND status = ${bind(from)}`;
  if (from % 100 === 0 && to === from + 99 && from !== 200)
    return (bind) => `status <> 200 AND status / 100 = ${bind(from / 100)}`;
  return null;
}

const areApart = (ranges: readonly Range[]): boolean =>
  ranges.every((one, at) =>
    ranges
      .slice(at + 1)
      .every((other) => (other.from ?? 0) > (one.to ?? 0) || (one.from ?? 0) > (other.to ?? 0)),
  );

/** As `outcomeOf` tells them. */
const OUTCOME_SQL: Record<Outcome, string> = {
  admitted: 'status < 400',
  denied: 'status IN (401, 403)',
  limited: 'status = 429',
  clientError: 'status >= 400 AND status < 500 AND status NOT IN (401, 403, 429)',
  serverError: 'status >= 500',
};

const OUTCOME_WALKS: Record<Outcome, readonly string[] | null> = {
  admitted: null,
  denied: ['status <> 200 AND status = 401', 'status <> 200 AND status = 403'],
  limited: ['status <> 200 AND status = 429'],
  clientError: ['status <> 200 AND status / 100 = 4 AND status NOT IN (401, 403, 429)'],
  // An upstream may answer with any of three digits.
  serverError: [5, 6, 7, 8, 9].map((first) => `status <> 200 AND status / 100 = ${first}`),
};

/** The outcome of a row, as a column. */
export const OUTCOME_COLUMN = `CASE ${OUTCOMES.map((one) => `WHEN ${OUTCOME_SQL[one]} THEN '${one}'`).join(' ')} END`;

function outcomes(values: readonly Value[]): TermSql {
  const texts = values.flatMap((value) => (value.kind === 'text' ? [value.text] : []));
  if (texts.includes('*')) return plain(() => 'TRUE');
  const wanted = OUTCOMES.filter((one) => texts.includes(one));
  const walks = wanted.map((one) => OUTCOME_WALKS[one]);
  if (walks.every((walk) => walk !== null)) return walked(walks.flat().map((walk) => () => walk));
  return plain(someOf(wanted.map((one) => () => `(${OUTCOME_SQL[one]})`)));
}

/** As `addressMatcher`: an address is its canonical text, a range what is in it, anything else a pattern. */
function addresses({ values, ...term }: Term): TermSql {
  const exact = new Set<string>();
  const others: Sql[] = [];
  for (const value of values) {
    if (value.kind !== 'text') continue;
    const [text = '', ...more] = piecesOf(value.text);
    const parsed = more.length > 0 ? null : parseRange(text);
    if (parsed === null || !parsed.ok)
      others.push(textCondition('upper(address)', patternsOf({ ...term, values: [value] })));
    else if (parsed.first === parsed.last) exact.add(parsed.first);
    else others.push((bind) => `ip <<= ${bind(parsed.canonical)}::inet`);
  }
  const walks = [...exact].map(
    (address): Sql =>
      (bind) =>
        `address = ${bind(address)}`,
  );
  if (others.length === 0) return walked(walks);
  return plain(someOf([...walks, ...others]));
}

/** A path is compared alone and with its query; the column has both. */
function paths(patterns: Patterns): Sql {
  // What ends in anything fits a path with its query where it fits the path alone.
  const open = patterns.like.filter((pattern) => /(?<!\\)(\\\\)*%$/.test(pattern));
  const alone = { ...patterns, like: patterns.like.filter((pattern) => !open.includes(pattern)), any: false };
  const whole = textCondition('path', patterns);
  const wants = alone.exact.length + alone.like.length > 0 || alone.none;
  return wants ? someOf([whole, textCondition("split_part(path, '?', 1)", alone)]) : whole;
}
