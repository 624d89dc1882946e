import type { WriteDb } from '../../db/open.ts';
import { type Reads, rowsOf } from '../../db/reads.ts';
import type { Limit } from './contract.ts';

/** What a new instance has, and what clearing the default restores. */
export const NEW_INSTANCE_LIMIT: Limit = { requestsPerHour: 10_000, burst: { requests: 100, seconds: 10 } };

/** Every limit in force: `tokens` has the overrides, by the token's id. */
export interface Limits {
  readonly default: Limit;
  readonly instance: Limit | null;
  readonly tokens: ReadonlyMap<string, Limit>;
  readonly trials: Trials;
}

/** Limits that are counted beside those in force: `default` for each token that has no limit of its own. */
export interface Trials {
  readonly default: Limit | null;
  readonly instance: Limit | null;
  readonly tokens: ReadonlyMap<string, Limit>;
}

export type LimitTable = 'rate_limit' | 'rate_limit_trial';

interface LimitRow {
  target: string;
  per_hour: number;
  burst_requests: number;
  burst_seconds: number;
}

export function* readLimits(): Reads<Limits> {
  const rows = (table: LimitTable) =>
    rowsOf<LimitRow>(`SELECT target, per_hour, burst_requests, burst_seconds FROM ${table}`);
  return limitsOf(yield* rows('rate_limit'), yield* rows('rate_limit_trial'));
}

/** What the rows of both tables say together. */
export function limitsOf(rows: readonly LimitRow[], trials: readonly LimitRow[]): Limits {
  const inForce = byTarget(rows);
  return { ...inForce, default: inForce.default ?? NEW_INSTANCE_LIMIT, trials: byTarget(trials) };
}

function byTarget(rows: readonly LimitRow[]): Trials {
  const tokens = new Map(rows.map((row) => [row.target, limitOf(row)]));
  const [fallback, instance] = [tokens.get('default') ?? null, tokens.get('instance') ?? null];
  tokens.delete('default');
  tokens.delete('instance');
  return { default: fallback, instance, tokens };
}

const limitOf = (row: LimitRow): Limit => ({
  requestsPerHour: row.per_hour,
  burst: { requests: row.burst_requests, seconds: row.burst_seconds },
});

/** @param target 'default', 'instance' or a token's id */
export async function putLimit(tx: WriteDb, table: LimitTable, target: string, limit: Limit): Promise<void> {
  const values = {
    per_hour: limit.requestsPerHour,
    burst_requests: limit.burst.requests,
    burst_seconds: limit.burst.seconds,
  };
  await tx
    .insertInto(table)
    .values({ target, ...values })
    .onConflict((conflict) => conflict.column('target').doUpdateSet(values))
    .execute();
}

export async function removeLimit(tx: WriteDb, table: LimitTable, target: string): Promise<void> {
  await tx.deleteFrom(table).where('target', '=', target).execute();
}
