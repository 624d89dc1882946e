import { Fault } from '../../base/faults.ts';
import type { ReadDb, WriteDb } from '../../db/open.ts';
import { policyChanged } from '../../db/policy-change.ts';
import { isPostgres } from '../../db/statements.ts';
import type { KeysShown } from './contract.ts';
import type { InstanceKey } from './key.ts';
import type { InstanceKeys, KeySource } from './key-ring.ts';

/** The setting that says which key new secrets are hashed with; so the same for every process, at once. */
const CURRENT = 'key.id';
/** The ids of those that were current before. */
const PAST = 'key.past';

/**
 * The key for new secrets. Another process may have replaced it: then the ring is read again. Refused with
 * `key.invalid` where this process has not got it.
 */
export async function keyInForce(db: ReadDb, keys: InstanceKeys): Promise<InstanceKey> {
  const id = await currentKeyId(db);
  if (id === undefined) return keys.ring.current;
  const named = () => keys.ring.keys.find((key) => key.id === id);
  let key = named();
  if (key === undefined) {
    keys.reload();
    key = named();
  }
  if (key === undefined)
    throw new Fault('key.invalid', { path: 'of this process', detail: `it lacks the current key ${id}` });
  return key;
}

/**
 * Checks that these keys are this instance's, and gives a new instance its own. Another instance's are refused with
 * `key.invalid`: with them no token would be known. Where another key stands before the current one (put there by
 * hand, as in the environment, or by a replacement that was killed half-way), that becomes the current one; on Postgres
 * only one that never was.
 * @returns the ids of the key before and of the one that replaced it; null where nothing was replaced
 */
export async function settleKeys(
  tx: WriteDb,
  keys: InstanceKeys,
  source: KeySource,
  now: number,
): Promise<{ before: string; after: string } | null> {
  const id = await currentKeyId(tx);
  if (id === keys.ring.current.id) return null;
  // Replaced, perhaps, between the reading of the ring and this transaction.
  const ring = keys.reload();
  if (id === ring.current.id) return null;
  if (id !== undefined && !ring.keys.some((key) => key.id === id))
    throw new Fault('key.invalid', {
      path: source.keyFile ?? 'of this process',
      detail: `it belongs to another instance, or lacks the current key ${id}`,
    });
  // A copy of the keys follows what is done where the key file is.
  if (id !== undefined && ring.source === 'memory') return null;
  // Of several machines one has its file later than the others; it must not undo what they did.
  if (isPostgres(tx) && (await pastKeyIds(tx)).includes(ring.current.id)) return null;
  await setCurrentKey(tx, ring.current.id);
  if (id === undefined) return null;
  await policyChanged(tx, 'key', '', now);
  return { before: id, after: ring.current.id };
}

export async function setCurrentKey(tx: WriteDb, id: string): Promise<void> {
  const before = await currentKeyId(tx);
  if (before !== undefined && before !== id)
    await write(tx, PAST, [...new Set([...(await pastKeyIds(tx)), before])].join(' '));
  await write(tx, CURRENT, id);
}

const currentKeyId = (db: ReadDb): Promise<string | undefined> => read(db, CURRENT);

const pastKeyIds = async (db: ReadDb): Promise<string[]> =>
  (await read(db, PAST))?.split(' ').filter((id) => id !== '') ?? [];

async function read(db: ReadDb, name: string): Promise<string | undefined> {
  const row = await db.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirst();
  return row?.value;
}

async function write(tx: WriteDb, name: string, value: string): Promise<void> {
  await tx
    .insertInto('setting')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}

/** Every key, and how many secrets hang on it. @param now Unix milliseconds */
export async function showKeys(db: ReadDb, keys: InstanceKeys, now: number): Promise<KeysShown> {
  const current = await keyInForce(db, keys);
  const { ring } = keys;
  const rows = await db
    .selectFrom('token_secret')
    .innerJoin('token', 'token.id', 'token_secret.token_id')
    .select(({ fn, eb, or, and }) => [
      'key_id',
      fn.countAll<number>().as('all'),
      fn
        .sum<number>(
          eb
            .case()
            .when(
              and([
                eb('revoked_at', 'is', null),
                or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]),
                or([eb('valid_until', 'is', null), eb('valid_until', '>', now)]),
              ]),
            )
            .then(1)
            .else(0)
            .end(),
        )
        .as('live'),
    ])
    .groupBy('key_id')
    .execute();
  const hanging = new Map(rows.map((row) => [row.key_id, row]));
  const present = ring.keys.map((key) => key.id);
  const gone = rows.map((row) => row.key_id).filter((id) => !present.includes(id));
  const order = [current.id, ...present.filter((id) => id !== current.id), ...gone];
  return {
    source: ring.source,
    keys: order.map((id) => {
      const { live = 0, all = 0 } = hanging.get(id) ?? {};
      return { id, current: id === current.id, present: present.includes(id), live, dead: all - live };
    }),
  };
}

/** Makes the secrets that hang on this key void, for good; returns whose they were. */
export async function removeSecretsOf(tx: WriteDb, keyId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('token_secret')
    .select(['id', 'token_id'])
    .where('key_id', '=', keyId)
    .execute();
  await tx
    .deleteFrom('secret_use')
    .where('secret_id', 'in', (inner) =>
      inner.selectFrom('token_secret').select('id').where('key_id', '=', keyId),
    )
    .execute();
  await tx.deleteFrom('token_secret').where('key_id', '=', keyId).execute();
  return [...new Set(rows.map((row) => row.token_id))];
}
