import type { SqliteFile } from '../../db/open.ts';
import {
  addOldRows,
  OLD_GRAINS,
  OLD_ROWS,
  type OldGrain,
  type OldRow,
  prepareForOldRows,
  wholeBuckets,
} from './old-cells.ts';
import { writeNow } from './rollup.ts';

/**
 * Takes over the roll-ups of earlier releases, some rows in a transaction: a start that was cut off goes on. The durations
 * of single requests are not in them, so percentiles of that time are not known.
 */
export function takeOldRollups(file: SqliteFile): void {
  const has = (table: string) =>
    file.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table) !== undefined;
  if (!has('minute')) return;
  if (has('quarter')) {
    const newest = file.prepare("SELECT max(bucket) FROM quarter WHERE token_id = '*'").pluck().get();
    if (typeof newest === 'number')
      file.transaction(() => writeNow(file, prepareForOldRows(newest))).immediate();
  }
  for (const grain of Object.keys(OLD_GRAINS) as OldGrain[]) {
    if (!has(grain)) continue;
    while (takeSome(file, grain));
    file.exec(`DROP TABLE ${grain}`);
  }
}

function takeSome(file: SqliteFile, grain: OldGrain): boolean {
  return file
    .transaction(() => {
      const read = file
        .prepare<[], OldRow>(`SELECT * FROM ${grain} ORDER BY token_id, bucket LIMIT ${OLD_ROWS}`)
        .all();
      const rows = wholeBuckets(read);
      const last = rows.at(-1);
      if (last === undefined) return false;
      writeNow(file, addOldRows(grain, rows));
      file
        .prepare(`DELETE FROM ${grain} WHERE token_id < ? OR (token_id = ? AND bucket <= ?)`)
        .run(last.token_id, last.token_id, last.bucket);
      return true;
    })
    .immediate();
}
