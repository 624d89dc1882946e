import { expect, test } from 'vitest';
import { HOUR } from '../../base/clock.ts';
import { openSqlite } from '../../db/open.ts';
import { dayPath } from './day-file.ts';
import { Ingester } from './ingest.ts';
import { openLogsFile } from './paths.ts';
import { POSITION_TABLE } from './position.ts';
import { dayOf, rowId } from './row-ids.ts';
import { encodeRecord } from './stored-record.ts';
import { loggedRecords, makeInstance, makeRecord, openJournalOf } from './testing.ts';

const NOON = Date.UTC(2026, 10, 24, 12);

/** A day's file as it was before there were blocks. */
const OLD_SCHEMA = `
CREATE TABLE token (id INTEGER PRIMARY KEY, token_id TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE endpoint (id INTEGER PRIMARY KEY, name TEXT NOT NULL, tag TEXT NOT NULL, UNIQUE (name, tag)) STRICT;
CREATE TABLE reason (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE request (
  id INTEGER PRIMARY KEY, token INTEGER, endpoint INTEGER, status INTEGER NOT NULL, reason INTEGER,
  counted INTEGER NOT NULL, detail TEXT NOT NULL
) STRICT;
CREATE INDEX request_token ON request (token, id, endpoint, status, reason, counted) WHERE token IS NOT NULL;
CREATE TABLE seen (
  token_id TEXT NOT NULL, address TEXT NOT NULL, token_name TEXT NOT NULL, requests INTEGER NOT NULL,
  last_seen INTEGER NOT NULL, PRIMARY KEY (token_id, address)
) STRICT, WITHOUT ROWID;
${POSITION_TABLE};`;

test('the rows of a day from before there were blocks are all there, and those that come after them', async () => {
  const file = await makeInstance();
  const old = Array.from({ length: 5_000 }, (_, n) =>
    makeRecord({ time: NOON + (n % 700) * 10, status: 200 + (n % 7) }),
  );
  const day = dayOf(NOON);
  const before = openLogsFile(file, dayPath(file, day));
  before.exec(OLD_SCHEMA);
  const insert = before.prepare('INSERT INTO request (id, status, counted, detail) VALUES (?, ?, 1, ?)');
  before.transaction(() => {
    for (const [n, record] of old.entries())
      insert.run(rowId(day, record.time, n * 1_000), record.status, encodeRecord(record));
  })();
  before.close();

  const later = makeRecord({ time: NOON + HOUR });
  const journal = openJournalOf(file);
  await journal.append(later);
  await journal.close();
  const ingester = new Ingester(file);
  ingester.drain();
  ingester.close();

  const byId = (records: readonly { requestId: string }[]) =>
    records.toSorted((a, b) => a.requestId.localeCompare(b.requestId));
  expect(byId(await loggedRecords(file))).toEqual(byId([...old, later]));
  const after = openSqlite(dayPath(file, day), { readonly: true });
  const tables = after.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  expect(tables).not.toContain('request');
  after.close();
});
