import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '../../base/ids.ts';
import { kyselyOver, migrate, openSqlite } from '../../db/open.ts';
import type { Schema } from '../../db/schema.ts';
import { lastSegment } from './furthest.ts';
import { type Journal, type JournalOptions, openJournal } from './journal.ts';
import { journalFolder } from './paths.ts';
import type { LogRecord } from './record.ts';
import { sqliteLog } from './sqlite-log.ts';

/** For tests: a new, empty instance in a folder of its own; returns its file. */
export async function makeInstance(): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'gatehouse-')), 'instance.db');
  const db = kyselyOver<Schema>(openSqlite(file));
  await migrate(db, file);
  await db.destroy();
  return file;
}

/** For tests: opens the journal of an instance in a file. */
export const openJournalOf = (file: string, options?: JournalOptions): Journal =>
  openJournal(journalFolder(file), lastSegment(file), options);

/** For tests: a record of a plain successful request, changed as given. */
export function makeRecord(change: Partial<LogRecord> = {}): LogRecord {
  const time = change.time ?? Date.now();
  return {
    requestId: newId(time),
    time,
    tokenId: '0190f3c0-0000-7000-8000-000000000001',
    tokenName: 'Payroll',
    userId: '0190f3c0-0000-7000-8000-0000000000aa',
    userName: 'Ada',
    address: '203.0.113.9',
    method: 'GET',
    path: '/v1/shifts',
    query: '',
    endpoint: 'GET /v1/shifts',
    tag: 'shifts',
    status: 200,
    reason: null,
    durationMs: 1.25,
    upstreamMs: 0.5,
    bytesIn: 0,
    bytesOut: 512,
    userAgent: 'test/1',
    policyVersion: 3,
    secretId: null,
    secretPrefix: null,
    counted: true,
    // In the gateway's order: the writer parses no further than it must.
    ...(change.phase && { phase: change.phase }),
    ...('aborted' in change && { aborted: change.aborted }),
    request: { headers: [['accept', '*/*']], body: null },
    response: { headers: [['content-type', 'application/json']], body: null },
    checks: [{ check: 'credential', passed: true, detail: 'known' }],
    limits: { limit: 10_000, remaining: 9_999, reset: 1_800_000_000 },
    removed: ['header authorization'],
    ...change,
  };
}

/** For tests: every record of an instance in a file, oldest first. */
export async function loggedRecords(file: string): Promise<LogRecord[]> {
  const all = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, terms: [] };
  const page = { order: 'oldest', after: null, limit: 1e6 } as const;
  const { rows } = await sqliteLog(file).search(all, page, Number.POSITIVE_INFINITY);
  return rows.map(({ record }) => record);
}
