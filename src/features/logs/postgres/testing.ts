import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { makeDatabase } from '../../../../tests/support/postgres.ts';
import { migrate, openDatabase } from '../../../db/open.ts';
import { openPool } from '../../../db/postgres.ts';
import { openJournal } from '../journal.ts';
import type { LogStore } from '../log-store.ts';
import { openLogs } from '../open-logs.ts';
import type { LogRecord } from '../record.ts';
import { listSegments } from '../segments.ts';
import { PostgresIngester, type PostgresIngestOptions } from './ingest.ts';

/** For tests: an instance in a Postgres database of its own, as far as its log goes. */
export async function makePostgresLog() {
  const url = await makeDatabase(inject('postgres'));
  const db = openDatabase({ engine: 'postgres', url });
  await migrate(db, url);
  await db.destroy();
  const pool = openPool(url, 2);
  const logs = openLogs({ database: { engine: 'postgres', url } });
  const close = async () => {
    await Promise.all([pool.end(), logs.close()]);
  };
  return { url, pool, ...logs, close, gateway: (number = 1) => makeGateway(url, number) };
}

/** For tests: a gateway of such an instance: its journal, and what brings that in. */
export function makeGateway(url: string, number: number) {
  const journal = mkdtempSync(join(tmpdir(), 'gatehouse-journal-'));
  const gateway = { id: `0190f3c0-0000-7000-8000-0000000000${String(number).padStart(2, '0')}`, number };
  const open = (options: Partial<PostgresIngestOptions> = {}) =>
    new PostgresIngester({ url, journal, gateway, ...options });
  return {
    ...gateway,
    journal,
    open,
    async write(records: readonly LogRecord[], segmentBytes = 16 * 2 ** 20) {
      const opened = openJournal(journal, listSegments(journal).at(-1) ?? 0, { segmentBytes });
      for (const record of records) await opened.append(record);
      await opened.close();
    },
    async drain() {
      const ingester = open();
      try {
        return await ingester.drain();
      } finally {
        ingester.close();
      }
    },
  };
}

/** For tests: all records of a log, oldest first. */
export async function everyRecord(log: LogStore): Promise<LogRecord[]> {
  const all = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, terms: [] };
  const { rows } = await log.search(
    all,
    { order: 'oldest', after: null, limit: 1e6 },
    Number.POSITIVE_INFINITY,
  );
  return rows.map(({ record }) => record);
}
