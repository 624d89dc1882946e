import { Fault } from '../../base/faults.ts';
import type { ReadDb, WriteDb } from '../../db/open.ts';
import { tokenNames } from '../tokens/store.ts';
import type { IpRule } from './contract.ts';

/** Every rule, oldest first; or only the one with `id`. */
export async function listRules(db: ReadDb, id?: string): Promise<IpRule[]> {
  let rules = db.selectFrom('ip_rule').selectAll().orderBy('created_at').orderBy('id');
  let chosen = db.selectFrom('ip_rule_token').selectAll();
  if (id !== undefined) {
    rules = rules.where('id', '=', id);
    chosen = chosen.where('rule_id', '=', id);
  }
  const tokens = await chosen.execute();
  const names = await tokenNames(db, [...new Set(tokens.map((row) => row.token_id))]);
  const tokensOf = Map.groupBy(tokens, (row) => row.rule_id);
  return (await rules.execute()).map((row) => ({
    id: row.id,
    range: row.range,
    label: row.label,
    tokens:
      row.all_tokens === 1
        ? null
        : (tokensOf.get(row.id) ?? []).map(({ token_id }) => ({
            id: token_id,
            name: names.get(token_id) ?? '',
          })),
    createdAt: new Date(row.created_at),
  }));
}

/** The tokens that have ranges of their own, and whether there are ranges for all API access. */
export async function rangedTokens(db: ReadDb): Promise<{ forAll: boolean; tokens: ReadonlySet<string> }> {
  const forAll = await db.selectFrom('ip_rule').select('id').where('all_tokens', '=', 1).executeTakeFirst();
  const rows = await db.selectFrom('ip_rule_token').select('token_id').distinct().execute();
  return { forAll: forAll !== undefined, tokens: new Set(rows.map((row) => row.token_id)) };
}

/** Refused with `id.unknown` where there is no such rule. */
export async function requireRule(db: ReadDb, id: string): Promise<IpRule> {
  const [rule] = await listRules(db, id);
  if (!rule) throw new Fault('id.unknown', { kind: 'IP rule', id });
  return rule;
}

/** What of a rule can be changed; `range` is canonical, `tokenIds` null means all API access. */
export interface RuleFields {
  range: string;
  label: string;
  tokenIds: readonly string[] | null;
}

/** Makes the rule, or gives the one with this id these fields. Unknown tokens and doubles are refused. */
export async function putRule(tx: WriteDb, id: string, fields: RuleFields, now: number): Promise<void> {
  const tokenIds = fields.tokenIds && [...new Set(fields.tokenIds)];
  await tokenNames(tx, tokenIds ?? []);
  await refuseDouble(tx, id, fields.range, tokenIds);
  const values = { range: fields.range, label: fields.label, all_tokens: tokenIds ? 0 : 1 };
  await tx
    .insertInto('ip_rule')
    .values({ id, created_at: now, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute();
  await tx.deleteFrom('ip_rule_token').where('rule_id', '=', id).execute();
  if (tokenIds)
    await tx
      .insertInto('ip_rule_token')
      .values(tokenIds.map((token_id) => ({ rule_id: id, token_id })))
      .execute();
}

export async function removeRule(tx: WriteDb, id: string): Promise<void> {
  await tx.deleteFrom('ip_rule').where('id', '=', id).execute();
}

/** Another rule with the same range for the same tokens would say nothing new. */
async function refuseDouble(
  db: ReadDb,
  id: string,
  range: string,
  tokenIds: readonly string[] | null,
): Promise<void> {
  const others = await db
    .selectFrom('ip_rule')
    .leftJoin('ip_rule_token', 'ip_rule_token.rule_id', 'ip_rule.id')
    .select(['ip_rule.id as id', 'all_tokens', 'token_id'])
    .where('range', '=', range)
    .where('ip_rule.id', '!=', id)
    .execute();
  const asked = tokenIds && new Set(tokenIds);
  for (const rows of Map.groupBy(others, (row) => row.id).values()) {
    const double = asked
      ? rows.length === asked.size && rows.every((row) => row.token_id && asked.has(row.token_id))
      : rows[0]?.all_tokens === 1;
    if (double) throw new Fault('name.taken', { kind: 'IP rule', name: range });
  }
}
