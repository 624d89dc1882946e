import type { ReadDb } from '../../db/open.ts';
import type { Access } from '../../db/schema.ts';
import type { Token } from './contract.ts';
import { isActive } from './store.ts';

/** What hygiene looks at of a token; there may be a hundred thousand of them, so nothing else is read. */
export interface LookedAt
  extends Pick<Token, 'id' | 'name' | 'scope' | 'endpoints' | 'expiresAt' | 'lastUsedAt'> {
  /** What its user may do; a token can do no more. */
  readonly userAccess: Access;
}

/**
 * The next active tokens by id, at most `most`; none after the last. A token that is made meanwhile may be missing.
 * @param after the last id of the page before; '' for the first
 * @param only this token, where it is active
 * @param now Unix milliseconds
 */
export async function nextActiveTokens(
  db: ReadDb,
  { after, most, only, now }: { after: string; most: number; only: string | undefined; now: number },
): Promise<LookedAt[]> {
  let query = db
    .selectFrom('token')
    .innerJoin('user', 'user.id', 'token.user_id')
    .leftJoin('token_use', 'token_use.token_id', 'token.id')
    .select(['token.id', 'token.name', 'scope', 'expires_at', 'last_used_at', 'user.access'])
    .where('token.id', '>', after)
    .where(isActive(now))
    .orderBy('token.id')
    .limit(most);
  if (only !== undefined) query = query.where('token.id', '=', only);
  const rows = await query.execute();
  const endpoints = Map.groupBy(
    await db
      .selectFrom('token_endpoint')
      .selectAll()
      .where('token_id', '>=', rows[0]?.id ?? '')
      .where('token_id', '<=', rows.at(-1)?.id ?? '')
      .execute(),
    (row) => row.token_id,
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    scope: row.scope,
    endpoints: (endpoints.get(row.id) ?? []).map(({ kind, target, access }) => ({ kind, target, access })),
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
    lastUsedAt: row.last_used_at === null ? null : new Date(row.last_used_at),
    userAccess: row.access,
  }));
}
