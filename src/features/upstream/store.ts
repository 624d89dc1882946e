import type { ReadDb, WriteDb } from '../../db/open.ts';
import { type UpstreamSettings, upstreamSettings } from './contract.ts';

const SETTINGS = 'upstream.settings';

/** What is set; null: the built-in API. */
export async function readSettings(db: ReadDb): Promise<UpstreamSettings | null> {
  const row = await db.selectFrom('setting').select('value').where('name', '=', SETTINGS).executeTakeFirst();
  return row === undefined ? null : upstreamSettings.parse(JSON.parse(row.value));
}

export async function writeSettings(tx: WriteDb, settings: UpstreamSettings | null): Promise<void> {
  await tx.deleteFrom('setting').where('name', '=', SETTINGS).execute();
  if (settings !== null)
    await tx
      .insertInto('setting')
      .values({ name: SETTINGS, value: JSON.stringify(settings) })
      .execute();
}
