import type { Clock } from '../base/clock.ts';
import { Fault } from '../base/faults.ts';
import { newId } from '../base/ids.ts';
import type { ReadDb, WriteDb } from '../db/open.ts';
import { policyChanged } from '../db/policy-change.ts';
import type { Schema } from '../db/schema.ts';
import type { AuditLog } from '../features/audit/audit-log.ts';
import type { InstanceKeys } from '../features/tokens/key-ring.ts';
import { keyInForce } from '../features/tokens/key-store.ts';
import { makeSecret, prefixOf } from '../features/tokens/secret.ts';
import { makeOrganisation, type Organisation } from './organisation.ts';

/** The setting that remembers which tokens are the demo's: a JSON list of ids. */
export const DEMO_TOKENS = 'demo.tokens';

const SEED = 20_26;

export interface Demo {
  /** With their secrets, which are given this once. */
  readonly tokens: readonly { id: string; name: string; secret: string }[];
  readonly employees: number;
  readonly shifts: number;
}

/** Whether the instance has nobody in it yet, so that the demo organisation may be made. */
export async function isEmpty(db: ReadDb): Promise<boolean> {
  const row = await db
    .selectFrom('user')
    .select('id')
    .unionAll(db.selectFrom('employee').select('id'))
    .unionAll(db.selectFrom('business_unit').select('id'))
    .unionAll(db.selectFrom('location').select('id'))
    .unionAll(db.selectFrom('user_group').select('id'))
    .limit(1)
    .executeTakeFirst();
  return row === undefined;
}

/** Makes the demo organisation in one transaction. Refused with `demo.not_empty` where there is something. */
export async function createDemo(
  deps: { audit: AuditLog; keys: InstanceKeys; clock: Clock },
  actor: string,
): Promise<Demo> {
  const now = deps.clock.now();
  const organisation = makeOrganisation(SEED, now, actor);
  const tokens = organisation.access.tokens.map(({ id, name }) => ({ id, name, secret: makeSecret() }));
  await deps.audit.change(actor, async (tx, record) => {
    if (!(await isEmpty(tx))) throw new Fault('demo.not_empty');
    await insertOrganisation(tx, organisation);
    const key = await keyInForce(tx, deps.keys);
    await insertAll(
      tx,
      'token_secret',
      tokens.map(({ id, secret }, index) => ({
        id: newId(now),
        hash: key.hash(secret),
        key_id: key.id,
        token_id: id,
        prefix: prefixOf(secret),
        created_at: organisation.access.tokens[index]?.created_at ?? now,
        valid_until: null,
        purpose: 'client' as const,
      })),
    );
    const value = JSON.stringify(tokens.map((token) => token.id));
    await tx.insertInto('setting').values({ name: DEMO_TOKENS, value }).execute();
    await policyChanged(tx, 'all', '', now);
    record({
      action: 'demo.create',
      subject: { kind: 'demo', id: '', name: '' },
      before: null,
      after: {
        users: organisation.access.users.map(({ email }) => email),
        tokens: tokens.map(({ id, name }) => ({ id, name })),
        employees: organisation.people.length,
        shifts: organisation.roster.shifts.length,
      },
    });
  });
  return { tokens, employees: organisation.people.length, shifts: organisation.roster.shifts.length };
}

async function insertOrganisation(tx: WriteDb, organisation: Organisation): Promise<void> {
  const { places, people, roster, access } = organisation;
  await insertAll(tx, 'business_unit', places.businessUnits);
  await insertAll(tx, 'location', places.locations);
  await insertAll(tx, 'user_group', places.userGroups);
  await insertAll(
    tx,
    'employee',
    people.map((person) => person.employee),
  );
  await insertAll(
    tx,
    'employee_group',
    people.flatMap(({ employee, groups }) =>
      groups.map((group) => ({ employee_id: employee.id, group_id: group })),
    ),
  );
  await insertAll(tx, 'shift', roster.shifts);
  await insertAll(tx, 'attendance', roster.attendance);
  await insertAll(tx, 'user', access.users);
  await insertAll(tx, 'user_restriction', access.userRestrictions);
  await insertAll(tx, 'token', access.tokens);
  await insertAll(tx, 'token_endpoint', access.tokenEndpoints);
  await insertAll(tx, 'token_restriction', access.tokenRestrictions);
  await insertAll(tx, 'rate_limit', access.limits);
  await insertAll(tx, 'ip_rule', access.ipRules);
  await insertAll(tx, 'ip_rule_token', access.ipRuleTokens);
}

/** Rows a statement; a shift has 8 columns, and SQLite takes 32,766 values. */
const ROWS = 500;

async function insertAll<T extends keyof Schema>(
  tx: WriteDb,
  table: T,
  rows: readonly Schema[T][],
): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS)
    await tx
      .insertInto(table)
      // Every table the demo fills takes its row as it is: none has a generated column.
      .values(rows.slice(from, from + ROWS) as never)
      .execute();
}
