import { openSqlite, type SqliteFile } from '../db/open.ts';
import { readNow } from '../db/reads.ts';
import { watchClock } from '../features/limits/clock-marks.ts';
import { createShiftsApi } from '../shifts-api/api.ts';
import { startApiWriter } from './api-writer.ts';
import type { GatewayData } from './data.ts';
import { keepReads } from './kept-reads.ts';
import { keepPolicy } from './policy-keeper.ts';
import { namesInFile } from './proxy/place-names.ts';

/** An SQLite file: what reads is answered between two requests, what writes in a thread of its own. */
export function openFileData(file: string): GatewayData {
  const data = openSqlite(file, { readonly: true });
  const writer = startApiWriter(file);
  return {
    read: async (reads) => readNow(data, reads),
    async keep(options) {
      const keeper = keepPolicy(data, options);
      return {
        keeper,
        writer,
        reads: keepReads(createShiftsApi(data), keeper.dataVersion),
        snapshot: data.transaction((work: () => void) => work()),
        placeNames: async () => namesInFile(data, keeper.dataVersion),
      };
    },
    watchClock: (machine) => watchClock(machine, (work) => withMain(file, work)),
    async close() {
      await writer.close();
      data.close();
    },
  };
}

function withMain(path: string, work: (file: SqliteFile) => void): void {
  const file = openSqlite(path, { existing: true });
  try {
    work(file);
  } finally {
    file.close();
  }
}
