import type { SqliteFile } from '../../db/open.ts';
import { BlockWriter } from './block-writer.ts';
import { parseRecord } from './parse-record.ts';
import { IN_TABLE, offsetIn } from './row-ids.ts';

const PAGE = 2_000;

/** Whether a day's file was written before there were blocks: a row a request, each with its record. */
export const hasOldRows = (file: SqliteFile): boolean =>
  file.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'request'").get() !== undefined;

/** Makes blocks of such rows; their records move into the table `record`. In the caller's transaction. */
export function convertRows(file: SqliteFile, day: number): void {
  file.exec('INSERT INTO record (id, detail) SELECT id, detail FROM request ORDER BY id');
  const blocks = new BlockWriter(file, day);
  const page = file.prepare<[number], { id: number; detail: string }>(
    `SELECT id, detail FROM record WHERE id > ? ORDER BY id LIMIT ${PAGE}`,
  );
  for (let rows = page.all(-1); rows.length > 0; rows = page.all(rows.at(-1)?.id ?? 0)) {
    for (const { id, detail } of rows) {
      const record = parseRecord(detail);
      if (record !== null) blocks.add(record, IN_TABLE, offsetIn(id), 0);
    }
  }
  blocks.flush();
  file.exec(`DROP TABLE request; DROP TABLE token; DROP TABLE endpoint; DROP TABLE reason`);
}
