import { dayOf, idAt, listDays, readDay } from './day-file.ts';
import { parseRecord, type RecordHead } from './parse-record.ts';

/** The head of a row's record. */
export interface HeadRow {
  readonly record: RecordHead;
  /** The whole record as it was journalled, for what its head does not say. */
  readonly json: string;
}

/** Rows read at once: some 10 ms, so no read transaction is long, and a few MB at most. */
const PAGE = 2_000;

/**
 * The heads of all rows with `from` <= time < `to` (Unix milliseconds), a page at a time in order of time. What
 * retention takes meanwhile is left out.
 */
export function* readHeads(instanceFile: string, from: number, to: number): Generator<HeadRow[], void> {
  for (const day of listDays(instanceFile).reverse()) {
    if (day < dayOf(from) || day > dayOf(to - 1)) continue;
    const end = Math.min(idAt(day, to), Number.MAX_SAFE_INTEGER);
    for (let next = idAt(day, from); ; ) {
      // The text as it is costs less than having SQLite cut the head off.
      const rows = readDay(instanceFile, day, (file) =>
        file
          .prepare<[number, number], [id: number, json: string]>(
            `SELECT id, detail FROM request NOT INDEXED WHERE id >= ? AND id < ? ORDER BY id LIMIT ${PAGE}`,
          )
          .raw()
          .all(next, end),
      );
      const last = rows?.at(-1);
      if (!rows || last === undefined) break;
      const page: HeadRow[] = [];
      for (const [, json] of rows) {
        const record = parseRecord(json);
        if (record !== null) page.push({ record, json });
      }
      yield page;
      if (rows.length < PAGE) break;
      next = last[0] + 1;
    }
  }
}
