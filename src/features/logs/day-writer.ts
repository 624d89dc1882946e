import type { SqliteFile } from '../../db/open.ts';
import { idAt, openDay, rowId } from './day-file.ts';
import type { Journalled } from './journal-batch.ts';
import type { RecordHead } from './parse-record.ts';
import { readPosition, writePosition } from './position.ts';
import { sumUpSeen } from './seen.ts';
import { isBefore, type Position } from './segments.ts';

/** Writes rows into the file of one day. After a call that threw, close it: its caches may be ahead of the file. */
export class DayWriter {
  readonly #day: number;
  readonly #file: SqliteFile;
  readonly #insert;
  readonly #see;
  readonly #tokens: (text: string) => number;
  readonly #reasons: (text: string) => number;
  readonly #endpoints: (name: string, tag: string) => number;
  #position: Position;

  constructor(instanceFile: string, day: number) {
    this.#day = day;
    const file = openDay(instanceFile, day);
    this.#file = file;
    this.#position = readPosition(file, 'rows');
    this.#insert = file.prepare(
      'INSERT INTO request (id, token, endpoint, status, reason, counted, detail) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#see = file.prepare(
      `INSERT INTO seen (token_id, address, token_name, requests, last_seen) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET requests = requests + excluded.requests,
         token_name = excluded.token_name, last_seen = max(last_seen, excluded.last_seen)`,
    );
    this.#tokens = numbering(file, 'token', ['token_id']);
    this.#reasons = numbering(file, 'reason', ['code']);
    this.#endpoints = numbering(file, 'endpoint', ['name', 'tag']);
  }

  /**
   * Writes the records that this file does not have yet, and `end` as its position, in one transaction.
   * @param entries all of this day, in journal order
   * @returns how many were new
   */
  write(entries: readonly Journalled[], end: Position): number {
    const fresh = entries.filter((entry) => !isBefore(entry.at, this.#position));
    if (fresh.length === 0) return 0;
    this.#file
      .transaction(() => {
        for (const entry of fresh) this.#insertRow(entry);
        this.#recordSeen(fresh);
        writePosition(this.#file, 'rows', end);
      })
      .immediate();
    this.#position = end;
    return fresh.length;
  }

  /**
   * Writes those of the records that this file does not have, whatever its position.
   * @returns how many were new
   */
  writeMissing(entries: readonly Journalled[]): number {
    const missing = entries.filter(({ record }) => !this.#has(record));
    if (missing.length === 0) return 0;
    this.#file
      .transaction(() => {
        for (const entry of missing) this.#insertRow(entry);
        this.#recordSeen(missing);
      })
      .immediate();
    return missing.length;
  }

  #has({ requestId, time }: RecordHead): boolean {
    const [from, to] = [idAt(this.#day, time), idAt(this.#day, time + 1)];
    const row = this.#file
      .prepare(`SELECT 1 FROM request WHERE id >= ? AND id < ? AND detail ->> 'requestId' = ?`)
      .get(from, to, requestId);
    return row !== undefined;
  }

  close(): void {
    this.#file.close();
  }

  #insertRow({ at, json, record }: Journalled): void {
    const { tokenId, endpoint, tag, reason } = record;
    const values = [
      tokenId === null ? null : this.#tokens(tokenId),
      endpoint === null ? null : this.#endpoints(endpoint, tag ?? ''),
      record.status,
      reason === null ? null : this.#reasons(reason),
      record.counted ? 1 : 0,
      json,
    ];
    for (let id = rowId(this.#day, record.time, at.offset); ; id++) {
      try {
        this.#insert.run(id, ...values);
        return;
      } catch (thrown) {
        // The same millisecond and the same place in another segment: after a jump of the clock, perhaps once.
        if ((thrown as { code?: string }).code !== 'SQLITE_CONSTRAINT_PRIMARYKEY') throw thrown;
      }
    }
  }

  #recordSeen(entries: readonly Journalled[]): void {
    for (const { tokenId, address, tokenName, requests, lastSeen } of sumUpSeen(entries))
      this.#see.run(tokenId, address, tokenName, requests, lastSeen);
  }
}

/** Numbers for the texts of a small table, made as they come; kept in memory, as there are few. */
function numbering(
  file: SqliteFile,
  table: string,
  columns: readonly string[],
): (...texts: string[]) => number {
  const known = new Map<string, number>();
  const find = file.prepare<string[], { id: number }>(
    `SELECT id FROM ${table} WHERE ${columns.map((column) => `${column} = ?`).join(' AND ')}`,
  );
  const add = file.prepare<string[]>(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  return (...texts) => {
    const key = texts.length === 1 ? (texts[0] as string) : texts.join('\n');
    let id = known.get(key);
    if (id === undefined) {
      id = find.get(...texts)?.id ?? Number(add.run(...texts).lastInsertRowid);
      known.set(key, id);
    }
    return id;
  };
}
