import { fold } from '../../../base/log-query/pattern.ts';
import type { RecordHead } from '../parse-record.ts';
import type { Queries } from './queries.ts';
import { storedText } from './stored-text.ts';

/**
 * Fields whose values are few enough to be listed: each with the names that it had, so that a search for a name or a
 * pattern becomes one for values, which are looked up in an index. The label of an endpoint is its tag.
 */
export type ListedField = 'token' | 'user' | 'endpoint' | 'reason';

/** Stands for none, where there is a name all the same. */
export const NO_VALUE = '';

type Listed = readonly [field: ListedField, value: string, label: string];

const listedOf = (record: RecordHead): Listed[] => {
  const listed: Listed[] = [];
  const add = (field: ListedField, value: string | null | undefined, label: string | null | undefined) => {
    if (value != null || label) listed.push([field, storedText(value ?? NO_VALUE), storedText(label ?? '')]);
  };
  add('token', record.tokenId, record.tokenName);
  add('user', record.userId, record.userName);
  add('endpoint', record.endpoint, record.tag);
  add('reason', record.reason, '');
  return listed;
};

/** So many values at most are remembered as listed. */
const REMEMBERED = 100_000;

/** Lists the values that come with new rows. What a transaction listed is known to be there once it is committed. */
export class ValueLister {
  readonly #known = new Set<string>();
  #pending: string[] = [];

  /** Lists what is not known to be listed, in the caller's transaction. */
  async list(client: Queries, records: readonly RecordHead[]): Promise<void> {
    const fresh = new Map<string, Listed>();
    for (const record of records)
      for (const listed of listedOf(record)) {
        const key = listed.join('\n');
        if (!this.#known.has(key)) fresh.set(key, listed);
      }
    this.#pending = [...fresh.keys()];
    if (fresh.size === 0) return;
    const rows = [...fresh.values()];
    await client.query(
      `INSERT INTO request_value (field, value, label, value_folded, label_folded)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) ON CONFLICT DO NOTHING`,
      [
        rows.map(([field]) => field),
        rows.map(([, value]) => value),
        rows.map(([, , label]) => label),
        rows.map(([, value]) => fold(value)),
        rows.map(([, , label]) => fold(label)),
      ],
    );
  }

  committed(): void {
    if (this.#known.size > REMEMBERED) this.#known.clear();
    for (const key of this.#pending) this.#known.add(key);
    this.#pending = [];
  }
}

/** A value that a pattern fits: by itself or by all its names, or by some of its names alone. */
export interface FoundValue {
  readonly value: string;
  /** null: whatever its name. */
  readonly labels: readonly string[] | null;
}

/** The values of a field that one of the patterns fits, as they are or by a name. None of them fits an empty text. */
export async function findValues(
  pool: Queries,
  field: ListedField,
  patterns: { readonly exact: readonly string[]; readonly like: readonly string[] },
): Promise<FoundValue[]> {
  const fits = `(value_folded = ANY($2) OR label_folded = ANY($2) OR value_folded LIKE ANY($3) OR label_folded LIKE ANY($3))`;
  const { rows } = await pool.query<{ value: string; always: boolean; labels: string[] }>(
    `SELECT value, bool_and(fits) AS always, array_agg(label) FILTER (WHERE fits) AS labels
     FROM (
       SELECT value, label, ${fits} AS fits FROM request_value
       WHERE field = $1 AND value IN (SELECT value FROM request_value WHERE field = $1 AND ${fits})
     ) known
     GROUP BY value ORDER BY value`,
    [field, patterns.exact, patterns.like],
  );
  // Rows that have neither a value nor a name are not listed: "none" is never all of them.
  return rows.map(({ value, always, labels }) => ({
    value,
    labels: always && value !== NO_VALUE ? null : labels,
  }));
}
