import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { kyselyOver, migrate, openSqlite, type SqliteFile } from '../../src/db/open.ts';
import type { Schema } from '../../src/db/schema.ts';
import { type ApiAnswer, createShiftsApi } from '../../src/shifts-api/api.ts';
import { everything, type Visible } from '../../src/shifts-api/visible.ts';

/** A migrated instance file of its own in a temporary folder. */
export interface ShiftsFile {
  readonly path: string;
  readonly file: SqliteFile;
  readonly db: Kysely<Schema>;
  remove(): Promise<void>;
}

export async function makeShiftsFile(): Promise<ShiftsFile> {
  const folder = await mkdtemp(join(tmpdir(), 'shifts-'));
  const path = join(folder, 'instance.gatehouse');
  const file = openSqlite(path);
  const db = kyselyOver<Schema>(file);
  await migrate(db, path);
  return {
    path,
    file,
    db,
    async remove() {
      await db.destroy();
      await rm(folder, { recursive: true });
    },
  };
}

export interface Asked {
  readonly id?: string;
  /** As it stands in the URL, without the `?`. */
  readonly query?: string;
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
  readonly contentType?: string | null;
  readonly visible?: Visible;
}

/** Asks the API as the gateway does; `now` is the instant of every request. */
export function apiOn(file: SqliteFile, now: number) {
  const api = createShiftsApi(file);
  const encoder = new TextEncoder();
  return (operation: string, asked: Asked = {}): ApiAnswer & { value: never } => {
    const answer = api.handle({
      operation,
      params: asked.id === undefined ? {} : { id: asked.id },
      query: new URLSearchParams(asked.query ?? ''),
      body: asked.bytes ?? (asked.json === undefined ? null : encoder.encode(JSON.stringify(asked.json))),
      contentType: asked.contentType === undefined ? 'application/json' : asked.contentType,
      visible: asked.visible ?? everything,
      now,
    });
    return { ...answer, value: (answer.body === null ? null : JSON.parse(answer.body)) as never };
  };
}
