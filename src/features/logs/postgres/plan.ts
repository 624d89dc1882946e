import type { Field, Term } from '../../../base/log-query/terms.ts';
import type { Queries } from './queries.ts';
import { allOf, not, type Sql } from './sql.ts';
import { termSql } from './term-sql.ts';

/** How rows that some terms describe are found. */
export interface Plan {
  /** Conditions that exclude each other; each is a walk along an index in the order of time. */
  readonly walks: readonly Sql[];
  /** What the rows of each walk are compared with besides. */
  readonly where: Sql;
  /** Whether that is so little that a page is read at once, from however many rows. */
  readonly quick: boolean;
  /** What the record itself decides. */
  readonly rest: readonly Term[];
}

/** Which index is walked along, where there is a choice: that of which a value has fewest rows, as a rule. */
const BEST_FIRST: readonly Field[] = ['token', 'address', 'user', 'reason', 'status', 'outcome', 'endpoint'];

/** null: no row can match. */
export async function planOf(pool: Queries, terms: readonly Term[]): Promise<Plan | null> {
  const where: Sql[] = [];
  const walkable: { field: Field; walks: readonly Sql[]; sql: Sql }[] = [];
  const rest: Term[] = [];
  let quick = true;
  for (const term of terms) {
    const said = await termSql(pool, term);
    if (said === null) rest.push(term);
    else if (!term.excluded && said.walks !== null) {
      if (said.walks.length === 0) return null;
      walkable.push({ field: term.field, walks: said.walks, sql: said.sql });
    } else {
      where.push(term.excluded ? not(said.sql) : said.sql);
      quick = false;
    }
  }
  walkable.sort((a, b) => BEST_FIRST.indexOf(a.field) - BEST_FIRST.indexOf(b.field));
  const [driving, ...others] = walkable;
  return {
    walks: driving?.walks ?? [() => 'TRUE'],
    where: allOf([...others.map(({ sql }) => sql), ...where]),
    quick: quick && rest.length === 0,
    rest,
  };
}

/** All of what a plan asks of the columns, as one condition. */
export const planSql = ({ walks, where }: Plan): Sql => {
  const [only] = walks;
  return (bind) => {
    const walked =
      walks.length === 1 && only !== undefined
        ? only(bind)
        : `(${walks.map((walk) => `(${walk(bind)})`).join(' OR ')})`;
    return `${walked} AND ${where(bind)}`;
  };
};
