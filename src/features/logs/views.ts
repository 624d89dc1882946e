import { sql } from 'kysely';
import { Fault } from '../../base/faults.ts';
import { fold, type ReadDb, type WriteDb } from '../../db/open.ts';
import type { Schema } from '../../db/schema.ts';
import type { Recorded } from '../audit/audit-log.ts';
import type { LogView } from './contract.ts';

const viewOf = (row: Schema['saved_view']): LogView => ({
  id: row.id,
  name: row.name,
  query: row.query,
  range: row.range,
  columns: row.columns === null ? null : JSON.parse(row.columns),
  createdBy: row.created_by,
});

/** Every saved view, by name. */
export async function listViews(db: ReadDb): Promise<LogView[]> {
  const collator = new Intl.Collator('en');
  const rows = await db.selectFrom('saved_view').selectAll().execute();
  return rows.map(viewOf).sort((a, b) => collator.compare(a.name, b.name));
}

/** The view with this name, in whatever capitals. */
export async function viewNamed(db: ReadDb, name: string): Promise<LogView | null> {
  const row = await db
    .selectFrom('saved_view')
    .selectAll()
    .where(sql<boolean>`fold(name) = ${fold(name)}`)
    .executeTakeFirst();
  return row === undefined ? null : viewOf(row);
}

/** Refused with `id.unknown` where there is no such view. */
export async function requireView(db: ReadDb, id: string): Promise<LogView> {
  const row = await db.selectFrom('saved_view').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new Fault('id.unknown', { kind: 'view', id });
  return viewOf(row);
}

/** Puts a view in the place of the one with its id. */
export async function putView(tx: WriteDb, view: LogView, now: number): Promise<void> {
  const { id, name, query, range } = view;
  const columns = view.columns === null ? null : JSON.stringify(view.columns);
  await tx
    .insertInto('saved_view')
    .values({ id, name, query, range, columns, created_by: view.createdBy, created_at: now })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ name, query, range, columns }))
    .execute();
}

export async function removeView(tx: WriteDb, id: string): Promise<void> {
  await tx.deleteFrom('saved_view').where('id', '=', id).execute();
}

/** A change of a view. Null before: it is new; null after: it is gone. */
export function recordedView(before: LogView | null, after: LogView | null): Recorded {
  const { id, name } = (after ?? before) as LogView;
  const decided = ({ name, query, range, columns }: LogView) => ({ name, query, range, columns });
  return {
    action: after === null ? 'log_view.remove' : 'log_view.save',
    subject: { kind: 'log_view', id, name },
    before: before && decided(before),
    after: after && decided(after),
  };
}
