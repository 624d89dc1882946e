import type { SqliteFile } from '../../db/open.ts';
import { openSqlite } from '../../db/open.ts';
import type { FoundRow } from './columns/match.ts';
import type { ColumnSearch } from './columns/narrow.ts';
import type { RecordSource } from './columns/search.ts';
import { dayPath } from './day-file.ts';
import { SegmentLines } from './kept-segments.ts';
import { parseRecord } from './parse-record.ts';
import type { LogRecord } from './record.ts';
import { IN_TABLE } from './row-ids.ts';
import { textOf } from './segments.ts';
import { decodeRecord } from './stored-record.ts';

/** Reads the records of rows, from the journal's segments and the days' files; to be closed. */
export class StoredRecords implements RecordSource {
  readonly #instanceFile: string;
  readonly #segments: SegmentLines;
  #day: { day: number; file: SqliteFile } | null = null;

  constructor(instanceFile: string) {
    this.#instanceFile = instanceFile;
    this.#segments = new SegmentLines(instanceFile);
  }

  /** Gives `take` the JSON of each row's record, in no order; what cannot be read any more is left out. */
  read(rows: readonly FoundRow[], take: (row: FoundRow, json: string) => void): void {
    this.readBytes(rows, (row, json) => take(row, textOf(json)));
  }

  /** As `read`, the JSON as it lies there. */
  readBytes(rows: readonly FoundRow[], take: (row: FoundRow, json: Buffer) => void): void {
    const given = (row: FoundRow, json: Buffer | null) => {
      if (json !== null) take(row, json);
    };
    this.#segments.read(
      rows.filter(({ segment }) => segment !== IN_TABLE),
      given,
    );
    for (const row of rows) if (row.segment === IN_TABLE) given(row, this.#readTable(row));
  }

  filter(rows: readonly FoundRow[], { decide, needsWhole, mayHold }: ColumnSearch): FoundRow[] {
    const found: FoundRow[] = [];
    this.read(rows, (row, json) => {
      if (!mayHold(json)) return;
      // A head has all that is looked at where the whole is not needed.
      const record = needsWhole ? decodeRecord(json) : (parseRecord(json) as LogRecord | null);
      if (record !== null && decide?.(record) !== false) found.push(row);
    });
    return found;
  }

  close(): void {
    this.#segments.close();
    this.#day?.file.close();
    this.#day = null;
  }

  #readTable({ day, id }: FoundRow): Buffer | null {
    if (this.#day?.day !== day) {
      this.#day?.file.close();
      this.#day = { day, file: openSqlite(dayPath(this.#instanceFile, day), { readonly: true }) };
    }
    const json = this.#day.file
      .prepare<[number], string>('SELECT detail FROM record WHERE id = ?')
      .pluck()
      .get(id);
    return json === undefined ? null : Buffer.from(json);
  }
}
