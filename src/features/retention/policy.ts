import type { ReadDb, WriteDb } from '../../db/open.ts';
import { type Reads, rowsOf } from '../../db/reads.ts';
import type { RetentionPolicy } from './contract.ts';

/** What holds until somebody says otherwise: 30 days of rows, 13 months of sums, any size. */
export const DEFAULT_RETENTION: RetentionPolicy = { rawDays: 30, rollupDays: 397, maxBytes: null };

const NAMES: Record<keyof RetentionPolicy, string> = {
  rawDays: 'retention.rawDays',
  rollupDays: 'retention.rollupDays',
  maxBytes: 'retention.maxBytes',
};

interface Setting {
  readonly name: string;
  readonly value: string;
}

/** As the log writer reads it. */
export function* readRetention(): Reads<RetentionPolicy> {
  return policyOf(yield* rowsOf<Setting>("SELECT name, value FROM setting WHERE name LIKE 'retention.%'"));
}

export const retentionIn = async (db: ReadDb): Promise<RetentionPolicy> =>
  policyOf(await db.selectFrom('setting').selectAll().where('name', 'in', Object.values(NAMES)).execute());

function policyOf(rows: readonly Setting[]): RetentionPolicy {
  const settings = new Map(rows.map(({ name, value }) => [name, Number(value)]));
  return {
    rawDays: settings.get(NAMES.rawDays) ?? DEFAULT_RETENTION.rawDays,
    rollupDays: settings.get(NAMES.rollupDays) ?? DEFAULT_RETENTION.rollupDays,
    maxBytes: settings.get(NAMES.maxBytes) ?? DEFAULT_RETENTION.maxBytes,
  };
}

export async function writeRetention(tx: WriteDb, policy: RetentionPolicy): Promise<void> {
  await tx.deleteFrom('setting').where('name', 'in', Object.values(NAMES)).execute();
  const values = Object.entries(NAMES).flatMap(([key, name]) => {
    const value = policy[key as keyof RetentionPolicy];
    return value === null ? [] : [{ name, value: String(value) }];
  });
  await tx.insertInto('setting').values(values).execute();
}
