import { sql } from 'kysely';
import { fold, type ReadDb, type WriteDb } from '../../db/open.ts';
import type { Schema } from '../../db/schema.ts';
import { type ChainedEntry, type Link, NO_KEY } from './chain.ts';
import type { AuditEntry, AuditFilter } from './contract.ts';

export async function lastEntry(db: ReadDb): Promise<Link | null> {
  const row = await db
    .selectFrom('audit_entry')
    .select(['seq', 'mac'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** The key of the last entry up to this one that was made with a key; undefined: none was. */
export async function lastKeyId(db: ReadDb, upTo: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('audit_entry')
    .select('key_id')
    .where('seq', '<=', upTo)
    .where('key_id', '!=', NO_KEY)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.key_id;
}

/** Is there an entry with this key before that one? */
export async function isUsedBefore(db: ReadDb, keyId: string, seq: number): Promise<boolean> {
  const row = await db
    .selectFrom('audit_entry')
    .select('seq')
    .where('key_id', '=', keyId)
    .where('seq', '<', seq)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function insertEntry(tx: WriteDb, entry: ChainedEntry, mac: string): Promise<void> {
  const { seq, at, actor, action, subject, before, after, keyId } = entry;
  await tx
    .insertInto('audit_entry')
    .values({
      seq,
      at,
      actor,
      action,
      subject_kind: subject.kind,
      subject_id: subject.id,
      subject_name: subject.name,
      before,
      after,
      key_id: keyId,
      mac,
    })
    .execute();
}

/** The entries behind `after`, oldest first, as they are chained. */
export async function chainedEntries(
  db: ReadDb,
  after: number,
  limit: number,
): Promise<{ entry: ChainedEntry; mac: string }[]> {
  const rows = await db
    .selectFrom('audit_entry')
    .selectAll()
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    mac: row.mac,
    entry: {
      seq: row.seq,
      at: row.at,
      actor: row.actor,
      action: row.action,
      subject: subjectOf(row),
      before: row.before,
      after: row.after,
      keyId: row.key_id,
    },
  }));
}

/** The entries that match, newest first, from before the one with the number `before`. */
export async function queryEntries(
  db: ReadDb,
  filter: AuditFilter,
  before: number | undefined,
  limit: number,
): Promise<AuditEntry[]> {
  let rows = db.selectFrom('audit_entry').selectAll().orderBy('seq', 'desc').limit(limit);
  if (before !== undefined) rows = rows.where('seq', '<', before);
  if (filter.actor) rows = rows.where('actor', '=', filter.actor);
  if (filter.action) rows = rows.where('action', '=', filter.action);
  if (filter.from) rows = rows.where('at', '>=', filter.from.getTime());
  if (filter.to) rows = rows.where('at', '<', filter.to.getTime());
  const { subject } = filter;
  if (subject)
    rows = rows.where(({ eb, or }) =>
      or([
        eb('subject_id', '=', subject),
        sql<boolean>`fold(subject_name) LIKE ${likeText(fold(subject))} ESCAPE '!'`,
      ]),
    );
  return (await rows.execute()).map((row) => ({
    seq: row.seq,
    at: new Date(row.at),
    actor: row.actor,
    action: row.action,
    subject: subjectOf(row),
    before: parsed(row.before),
    after: parsed(row.after),
  }));
}

export async function listActors(db: ReadDb): Promise<string[]> {
  const rows = await db.selectFrom('audit_entry').select('actor').distinct().orderBy('actor').execute();
  return rows.map((row) => row.actor);
}

type Row = Schema['audit_entry'];

const subjectOf = (row: Row) => ({ kind: row.subject_kind, id: row.subject_id, name: row.subject_name });

const likeText = (text: string): string => `%${text.replace(/[!%_]/g, '!$&')}%`;

/** Somebody who writes into the database can put there what is no JSON; the log is read all the same. */
function parsed(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
