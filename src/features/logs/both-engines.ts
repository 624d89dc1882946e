import { placeOfFile } from '../../db/place.ts';
import { type OpenLogs, openLogs } from './open-logs.ts';
import { makePostgresLog } from './postgres/testing.ts';
import type { LogRecord } from './record.ts';
import { makeInstance, openJournalOf } from './testing.ts';

/** For tests: a new, empty log, and what brings records into it. */
export interface TestLog extends OpenLogs {
  write(records: readonly LogRecord[]): Promise<void>;
}

/** For tests: makes a log in each of the engines. */
export const engines: readonly [name: string, make: () => Promise<TestLog>][] = [
  [
    'SQLite',
    async () => {
      const file = await makeInstance();
      const logs = openLogs(placeOfFile(file));
      return {
        ...logs,
        async write(records) {
          const journal = openJournalOf(file);
          for (const record of records) await journal.append(record);
          await journal.close();
          await logs.log.bringIn();
        },
      };
    },
  ],
  [
    'Postgres',
    async () => {
      const logs = await makePostgresLog();
      const gateway = logs.gateway();
      return {
        ...logs,
        async write(records) {
          await gateway.write(records);
          await gateway.drain();
        },
      };
    },
  ],
];
