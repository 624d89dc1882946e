import { MINUTE } from '../base/clock.ts';
import { Fault } from '../base/faults.ts';
import { newId } from '../base/ids.ts';
import { inTransaction, type WriteDb } from '../db/open.ts';
import { policyChanged } from '../db/policy-change.ts';
import type { InstanceKeys } from '../features/tokens/key-ring.ts';
import { keyInForce } from '../features/tokens/key-store.ts';
import { makeSecret, prefixOf } from '../features/tokens/secret.ts';
import { type DemoToken, TOKEN_NAMES } from './access.ts';
import { DEMO_TOKENS } from './create.ts';

/** How long a secret for demo traffic lives, should nobody remove it. */
const LIFETIME = 15 * MINUTE;

export interface TemporarySecrets {
  readonly secrets: Readonly<Record<DemoToken, string>>;
  /** Makes them void. */
  remove(db: WriteDb, now: number): Promise<void>;
}

/**
 * A second secret for each of the demo's tokens: the first is not known to anyone here. Refused with
 * `demo.missing` where the demo organisation, or one of its tokens, is not there.
 */
export async function addTemporarySecrets(
  db: WriteDb,
  keys: InstanceKeys,
  now: number,
): Promise<TemporarySecrets> {
  const made = await inTransaction(db, async (tx) => {
    const tokens = await demoTokens(tx);
    const ids = tokens.map((token) => token.id);
    // Left over from a run whose process was killed.
    await tx
      .deleteFrom('token_secret')
      .where('token_id', 'in', ids)
      .where('purpose', '=', 'demo')
      .where('valid_until', '<=', now)
      .execute();
    const key = await keyInForce(tx, keys);
    const rows = tokens.map(({ id, kind }) => ({ id, kind, secret: makeSecret(), secretId: newId(now) }));
    await tx
      .insertInto('token_secret')
      .values(
        rows.map(({ id, secret, secretId }) => ({
          id: secretId,
          hash: key.hash(secret),
          key_id: key.id,
          token_id: id,
          prefix: prefixOf(secret),
          created_at: now,
          valid_until: now + LIFETIME,
          purpose: 'demo' as const,
        })),
      )
      .execute();
    for (const id of ids) await policyChanged(tx, 'token', id, now);
    return rows;
  });
  const secretOf = (kind: DemoToken): string => {
    const row = made.find((candidate) => candidate.kind === kind);
    if (row === undefined) throw new Fault('demo.missing');
    return row.secret;
  };
  return {
    secrets: {
      planning: secretOf('planning'),
      payroll: secretOf('payroll'),
      clocks: secretOf('clocks'),
      selfService: secretOf('selfService'),
      trial: secretOf('trial'),
      intranet: secretOf('intranet'),
    },
    remove: (db, at) =>
      inTransaction(db, async (tx) => {
        for (const { id, secretId } of made) {
          await tx.deleteFrom('token_secret').where('id', '=', secretId).execute();
          await policyChanged(tx, 'token', id, at);
        }
      }),
  };
}

const KINDS = Object.keys(TOKEN_NAMES) as DemoToken[];

/** The demo's tokens, in the order they were made in; they may have been renamed since. */
async function demoTokens(tx: WriteDb): Promise<{ id: string; kind: DemoToken }[]> {
  const setting = await tx
    .selectFrom('setting')
    .select('value')
    .where('name', '=', DEMO_TOKENS)
    .executeTakeFirst();
  if (setting === undefined) throw new Fault('demo.missing');
  const ids = JSON.parse(setting.value) as string[];
  const rows = await tx.selectFrom('token').select('id').where('id', 'in', ids).execute();
  if (rows.length < KINDS.length) throw new Fault('demo.missing');
  return KINDS.flatMap((kind, index) => {
    const row = rows.find((candidate) => candidate.id === ids[index]);
    return row === undefined ? [] : [{ id: row.id, kind }];
  });
}
