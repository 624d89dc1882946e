import type { SqliteFile, WriteDb } from '../../db/open.ts';
import type { Limit } from './contract.ts';

/** What a new instance has, and what clearing the default restores. */
export const NEW_INSTANCE_LIMIT: Limit = { requestsPerHour: 10_000, burst: { requests: 100, seconds: 10 } };

/** Every limit in force: `tokens` has the overrides, by the token's id. */
export interface Limits {
  readonly default: Limit;
  readonly instance: Limit | null;
  readonly tokens: ReadonlyMap<string, Limit>;
}

interface LimitRow {
  target: string;
  per_hour: number;
  burst_requests: number;
  burst_seconds: number;
}

/** The limits, read in the caller's transaction. */
export const readLimits = (file: SqliteFile): Limits =>
  limitsOf(
    file
      .prepare('SELECT target, per_hour, burst_requests, burst_seconds FROM rate_limit')
      .all() as LimitRow[],
  );

/** What the rows of `rate_limit` say together. */
export function limitsOf(rows: readonly LimitRow[]): Limits {
  const tokens = new Map(rows.map((row) => [row.target, limitOf(row)]));
  const fallback = tokens.get('default') ?? NEW_INSTANCE_LIMIT;
  const instance = tokens.get('instance') ?? null;
  tokens.delete('default');
  tokens.delete('instance');
  return { default: fallback, instance, tokens };
}

const limitOf = (row: LimitRow): Limit => ({
  requestsPerHour: row.per_hour,
  burst: { requests: row.burst_requests, seconds: row.burst_seconds },
});

/** @param target 'default', 'instance' or a token's id */
export async function putLimit(tx: WriteDb, target: string, limit: Limit): Promise<void> {
  const values = {
    per_hour: limit.requestsPerHour,
    burst_requests: limit.burst.requests,
    burst_seconds: limit.burst.seconds,
  };
  await tx
    .insertInto('rate_limit')
    .values({ target, ...values })
    .onConflict((conflict) => conflict.column('target').doUpdateSet(values))
    .execute();
}

export async function removeLimit(tx: WriteDb, target: string): Promise<void> {
  await tx.deleteFrom('rate_limit').where('target', '=', target).execute();
}
