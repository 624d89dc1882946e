import { type RawBuilder, sql } from 'kysely';
import { DAY } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import { fold, type ReadDb } from '../../db/open.ts';
import { restrictionsOf } from '../directory/policy-rows.ts';
import type { Token, TokenStatus } from './contract.ts';
import { secretsOf } from './secret-store.ts';

/** What a list of tokens is asked for. */
export interface TokenQuery {
  /** Text in the name, the user, the note, the prefix or the id. */
  search?: string | undefined;
  /** Finds the one token that has a secret with one of these hashes. */
  secretHashes?: readonly Buffer[] | undefined;
  status?: TokenStatus | undefined;
  /** Active ones that expire within so many days. */
  expiringWithinDays?: number | undefined;
  userId?: string | undefined;
  sort: 'name' | 'createdAt' | 'lastUsedAt' | 'user' | 'status' | 'expiresAt';
  descending: boolean;
  offset: number;
  limit: number;
}

/** In the order in which a list sorts them; a token has the last of these that fits it. */
const STATUSES = ['active', 'inactive', 'expired', 'revoked'] as const satisfies readonly TokenStatus[];

/** The status as its place in STATUSES. @param now Unix milliseconds */
const statusRank = (now: number): RawBuilder<number> => sql<number>`CASE
  WHEN token.revoked_at IS NOT NULL THEN 3 WHEN token.expires_at <= ${now} THEN 2
  WHEN token.active = 0 THEN 1 ELSE 0 END`;

/** @param now Unix milliseconds */
export const isActive = (now: number): RawBuilder<boolean> => sql<boolean>`${statusRank(now)} = 0`;

/** Of the secret that stays: a rotated-out one has an end. */
const prefix = sql<string>`coalesce((SELECT prefix FROM token_secret WHERE token_id = token.id
  AND purpose = 'client' ORDER BY valid_until IS NOT NULL LIMIT 1), '')`;

/** Whether a token is active and expires within so many days. @param now Unix milliseconds */
const expiresWithin = (days: number, now: number): RawBuilder<boolean> =>
  sql<boolean>`(${isActive(now)} AND token.expires_at <= ${now + days * DAY})`;

const SORT_KEYS: Record<TokenQuery['sort'], (now: number) => RawBuilder<unknown>> = {
  name: () => sql`fold(token.name)`,
  createdAt: () => sql`token.created_at`,
  user: () => sql`fold("user".email)`,
  status: statusRank,
  // Never used is longer ago than any use, and never is later than any expiry.
  lastUsedAt: () => sql`coalesce(token_use.last_used_at, -1)`,
  expiresAt: () => sql`coalesce(token.expires_at, 9007199254740991)`,
};

const tokenRows = (db: ReadDb) =>
  db
    .selectFrom('token')
    .innerJoin('user', 'user.id', 'token.user_id')
    .leftJoin('token_use', 'token_use.token_id', 'token.id');

const shownColumns = (rows: ReturnType<typeof tokenRows>, now: number) =>
  rows
    .selectAll('token')
    .select([
      'user.email as email',
      'user.name as user_name',
      'user.active as user_active',
      'token_use.last_used_at as last_used_at',
      'token_use.last_address as last_address',
      prefix.as('prefix'),
      statusRank(now).as('rank'),
    ]);

/** A page of the tokens that match, and how many match in all. @param now Unix milliseconds */
export async function queryTokens(
  db: ReadDb,
  query: TokenQuery,
  now: number,
): Promise<{ items: Token[]; total: number }> {
  const { userId, status, secretHashes, expiringWithinDays } = query;
  let rows = tokenRows(db);
  if (userId) rows = rows.where('token.user_id', '=', userId);
  if (status) rows = rows.where(statusRank(now), '=', STATUSES.indexOf(status));
  if (expiringWithinDays) rows = rows.where(expiresWithin(expiringWithinDays, now));
  if (secretHashes)
    rows = rows.where('token.id', 'in', (inner) =>
      inner.selectFrom('token_secret').select('token_id').where('hash', 'in', secretHashes),
    );
  const text = fold(query.search?.trim() ?? '');
  if (text !== '')
    rows = rows.where(
      sql<boolean>`(instr(fold(token.name), ${text}) > 0 OR instr(fold("user".email), ${text}) > 0
        OR instr(fold("user".name), ${text}) > 0 OR instr(fold(token.note), ${text}) > 0
        OR instr(fold(${prefix}), ${text}) > 0 OR instr(token.id, ${text}) > 0)`,
    );
  const direction = query.descending ? 'desc' : 'asc';
  const { total } = await rows
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  // The page's ids first: sorting all that match must not carry, and look up, what only a page shows.
  const page = await rows
    .select('token.id')
    .orderBy(SORT_KEYS[query.sort](now), direction)
    .orderBy('token.id', direction)
    .limit(query.limit)
    .offset(query.offset)
    .execute();
  const ids = page.map((row) => row.id);
  const items = await readTokens(db, ids, now);
  return { items: ids.flatMap((id) => items.get(id) ?? []), total };
}

/** Those of these tokens that are there, by id. @param now Unix milliseconds */
export async function readTokens(
  db: ReadDb,
  ids: readonly string[],
  now: number,
): Promise<Map<string, Token>> {
  const found = await shownColumns(tokenRows(db), now).where('token.id', 'in', ids).execute();
  return new Map((await shown(db, found)).map((token) => [token.id, token]));
}

/** One token; refused with `id.unknown` where there is none. @param now Unix milliseconds */
export async function requireToken(db: ReadDb, id: string, now: number): Promise<Token> {
  const [token] = await shown(
    db,
    await shownColumns(tokenRows(db), now).where('token.id', '=', id).execute(),
  );
  if (!token) throw new Fault('id.unknown', { kind: 'token', id });
  return token;
}

type ShownRow = Awaited<ReturnType<ReturnType<typeof shownColumns>['execute']>>[number];

/** The rows as the contract shows them, with their endpoint lists and restrictions. */
async function shown(db: ReadDb, rows: readonly ShownRow[]): Promise<Token[]> {
  const ids = rows.map((row) => row.id);
  const endpoints = Map.groupBy(
    await db.selectFrom('token_endpoint').selectAll().where('token_id', 'in', ids).execute(),
    (row) => row.token_id,
  );
  const places = Map.groupBy(
    await db.selectFrom('token_restriction').selectAll().where('token_id', 'in', ids).execute(),
    (row) => row.token_id,
  );
  const secrets = await secretsOf(db, ids);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    userId: row.user_id,
    user: row.email,
    userName: row.user_name,
    userActive: row.user_active === 1,
    scope: row.scope,
    endpoints: (endpoints.get(row.id) ?? []).map(({ kind, target, access }) => ({ kind, target, access })),
    restrictions: restrictionsOf(places.get(row.id) ?? []),
    status: STATUSES[row.rank] ?? 'active',
    note: row.note,
    prefix: row.prefix,
    secrets: secrets.get(row.id) ?? [],
    createdAt: new Date(row.created_at),
    createdBy: row.created_by,
    lastUsedAt: dateOf(row.last_used_at),
    lastAddress: row.last_address,
    expiresAt: dateOf(row.expires_at),
    revokedAt: dateOf(row.revoked_at),
  }));
}

const dateOf = (time: number | null): Date | null => (time === null ? null : new Date(time));

/** Any number of ids as one parameter of a statement; SQLite takes only so many. */
const listed = (ids: readonly string[]) =>
  sql<string>`(SELECT value FROM json_each(CAST(${JSON.stringify(ids)} AS TEXT)))`;

/** The names of these tokens by id; refused with `id.unknown` where one of them is not there. */
export async function tokenNames(db: ReadDb, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.selectFrom('token').select(['id', 'name']).where('id', 'in', listed(ids)).execute();
  const names = new Map(rows.map((row) => [row.id, row.name]));
  const unknown = ids.find((id) => !names.has(id));
  if (unknown !== undefined) throw new Fault('id.unknown', { kind: 'token', id: unknown });
  return names;
}

/** Those of these tokens that are neither revoked nor expired. @param now Unix milliseconds */
export async function liveTokens(db: ReadDb, ids: readonly string[], now: number): Promise<Set<string>> {
  const rows = await db
    .selectFrom('token')
    .select('id')
    .where('id', 'in', listed(ids))
    .where('revoked_at', 'is', null)
    .where(({ or, eb }) => or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .execute();
  return new Set(rows.map((row) => row.id));
}

/** How many active tokens expire within each of these numbers of days. @param now Unix milliseconds */
export const countExpiring = (db: ReadDb, days: readonly number[], now: number): Promise<number[]> =>
  Promise.all(
    days.map(async (within) => {
      const { count } = await db
        .selectFrom('token')
        .where(expiresWithin(within, now))
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return count;
    }),
  );
