import type { FoundRow } from '../columns/match.ts';
import type { ColumnSearch } from '../columns/narrow.ts';
import type { RecordSource } from '../columns/search.ts';
import type { LogRecord } from '../record.ts';
import type { FileReview } from './file-review.ts';
import { placeInFile } from './review-index.ts';

/** Rows whose records lie this near to each other are read at once. */
const MOST_GAP = 16 * 1024;
const MOST_AT_ONCE = 2 * 1024 * 1024;

/** As \/ and \u0041. */
const OTHER_ESCAPES = /\\[/u]/;

interface Located {
  readonly row: FoundRow;
  readonly file: number;
  readonly offset: number;
}

/** Reads the records of rows from the files. */
export class FileRecords implements RecordSource {
  readonly #files: readonly (FileReview | null)[];

  readonly #needsIds: boolean;

  /** @param needsIds false: to be asked about anything but the ids of records that say none */
  constructor(files: readonly (FileReview | null)[], needsIds: boolean) {
    this.#files = files;
    this.#needsIds = needsIds;
  }

  filter(rows: readonly FoundRow[], { decide, mayHold }: ColumnSearch): FoundRow[] {
    if (decide === null) return [...rows];
    const found: FoundRow[] = [];
    const isWorthReading = (text: Buffer) => {
      const line = text.toString('utf8');
      // Texts stand there as they do in the log, unless somebody else has written them with other escapes.
      return OTHER_ESCAPES.test(line) || mayHold(line);
    };
    this.#each(rows, isWorthReading, (row, record) => {
      if (decide(record)) found.push(row);
    });
    return found;
  }

  /** The record of a row; null where its file is not what it was. */
  record(row: Pick<FoundRow, 'segment' | 'offset' | 'length'>): LogRecord | null {
    const { file, offset } = placeInFile(row);
    const review = this.#files[file];
    if (!review) return null;
    const bytes = review.source.bytesAt(offset, row.length);
    return bytes.length < row.length ? null : review.record(offset, bytes, true);
  }

  /** @param isWorthReading whether a line of NDJSON may be of a record that is wanted */
  #each(
    rows: readonly FoundRow[],
    isWorthReading: (text: Buffer) => boolean,
    take: (row: FoundRow, record: LogRecord) => void,
  ): void {
    const located = rows
      .map((row): Located => ({ row, ...placeInFile(row) }))
      .sort((a, b) => a.file - b.file || a.offset - b.offset);
    for (let from = 0; from < located.length; ) {
      const to = endOfStretch(located, from);
      const [first, last] = [located[from] as Located, located[to - 1] as Located];
      const review = this.#files[first.file];
      const bytes = review?.source.bytesAt(first.offset, last.offset + last.row.length - first.offset);
      for (const { row, offset } of located.slice(from, to)) {
        const start = offset - first.offset;
        const text = bytes?.subarray(start, start + row.length);
        if (text?.length !== row.length || (review?.format === 'ndjson' && !isWorthReading(text))) continue;
        const record = review?.record(offset, text, this.#needsIds);
        if (record) take(row, record);
      }
      from = to;
    }
  }
}

/** Behind the last of the rows from `from` on that are read at once. */
function endOfStretch(located: readonly Located[], from: number): number {
  const first = located[from] as Located;
  let end = first.offset + first.row.length;
  let to = from + 1;
  for (; to < located.length; to++) {
    const { file, offset, row } = located[to] as Located;
    if (file !== first.file || offset > end + MOST_GAP || offset + row.length - first.offset > MOST_AT_ONCE)
      break;
    end = offset + row.length;
  }
  return to;
}
