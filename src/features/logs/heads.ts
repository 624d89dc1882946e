import { dayOf, idAt, listDays, readDay } from './day-file.ts';
import { END_OF_HEAD, parseRecord, type RecordHead } from './parse-record.ts';

/** The head of a row, and where the row lies. */
export interface HeadRow {
  readonly day: number;
  readonly id: number;
  readonly record: RecordHead;
}

/** Rows read at once: some 30 ms, so no read transaction is long. */
const PAGE = 5_000;

/** SQLite cuts the head off: most of a row (headers, bodies, checks) never becomes a text here. */
const SELECT = `SELECT id, substr(detail, 1, instr(detail, '${END_OF_HEAD}') - 1) AS head FROM request NOT INDEXED
  WHERE id >= ? AND id < ? ORDER BY id LIMIT ${PAGE}`;

/**
 * The heads of all rows with `from` <= time < `to` (Unix milliseconds), a page at a time in order of time. What
 * retention takes meanwhile is left out.
 */
export function* readHeads(instanceFile: string, from: number, to: number): Generator<HeadRow[], void> {
  for (const day of listDays(instanceFile).reverse()) {
    if (day < dayOf(from) || day > dayOf(to - 1)) continue;
    const end = Math.min(idAt(day, to), Number.MAX_SAFE_INTEGER);
    for (let next = idAt(day, from); ; ) {
      const rows = readDay(instanceFile, day, (file) =>
        file.prepare<[number, number], { id: number; head: string }>(SELECT).all(next, end),
      );
      const last = rows?.at(-1);
      if (!rows || last === undefined) break;
      const page: HeadRow[] = [];
      for (const { id, head } of rows) {
        const record = parseRecord(`${head}}`);
        if (record !== null) page.push({ day, id, record });
      }
      yield page;
      if (rows.length < PAGE) break;
      next = last.id + 1;
    }
  }
}
