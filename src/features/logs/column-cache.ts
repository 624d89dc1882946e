import type { Columns } from './columns/block.ts';

/** What a block's columns take without durations, about. */
const BYTES_PER_ROW = 8;

/** The columns that are kept: durations are read whenever they are asked for. */
export type StoredColumns = Omit<Columns, 'durations'>;

/** Columns of full blocks, which never change: those used last, up to so many bytes. */
export class ColumnCache {
  readonly #most: number;
  readonly #kept = new Map<string, StoredColumns>();
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#most = mostBytes;
  }

  get(key: string): StoredColumns | undefined {
    const columns = this.#kept.get(key);
    if (columns === undefined) return undefined;
    // The order of a map is that of its insertions.
    this.#kept.delete(key);
    this.#kept.set(key, columns);
    return columns;
  }

  add(key: string, columns: StoredColumns): void {
    if (this.#kept.has(key)) return;
    this.#kept.set(key, columns);
    this.#bytes += columns.rows * BYTES_PER_ROW;
    for (const [oldest, { rows }] of this.#kept) {
      if (this.#bytes <= this.#most) break;
      this.#kept.delete(oldest);
      this.#bytes -= rows * BYTES_PER_ROW;
    }
  }
}
