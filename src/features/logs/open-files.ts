import { existsSync } from 'node:fs';
import { openSqlite, type SqliteFile } from '../../db/open.ts';

/**
 * Files that are read again and again stay open while somebody reads, as to open one takes as long as to read some blocks of
 * it; then they are closed, so that the room of what retention deletes is free.
 */
export class OpenFiles {
  readonly #files = new Map<string, SqliteFile>();
  #users = 0;

  /** Nothing is closed until the user that begins has ended. */
  begin(): void {
    this.#users++;
  }

  end(): void {
    this.#users--;
    if (this.#users === 0) this.close();
  }

  /** The file at a path, which `key` tells from others that were or will be there; null where it is gone. */
  open(path: string, key: string): SqliteFile | null {
    const known = this.#files.get(key);
    if (known !== undefined) return known;
    if (!existsSync(path)) return null;
    const file = openSqlite(path, { readonly: true });
    this.#files.set(key, file);
    return file;
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
  }
}
