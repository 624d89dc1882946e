import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DAY } from '../../base/clock.ts';
import { kyselyOver, migrate, openSqlite } from '../../db/open.ts';
import type { Schema } from '../../db/schema.ts';
import { listDays } from './day-file.ts';
import { Ingester } from './ingest.ts';
import { dayOf } from './row-ids.ts';
import { loggedRecords, makeRecord, openJournalOf } from './testing.ts';

const NOON = Date.UTC(2026, 10, 24, 12);
const MIB = 2 ** 20;

/** A disk of its own, which is soon full: a file system in memory, that only root may mount. */
function smallDisk(): { folder: string; remove(): void } | null {
  const folder = fs.mkdtempSync(join(tmpdir(), 'gatehouse-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  return { folder, remove: () => void execFileSync('umount', ['-l', folder]) };
}

const disk = smallDisk();
afterAll(() => disk?.remove());

async function write(file: string, time: number, rows: number): Promise<void> {
  const journal = openJournalOf(file, { segmentBytes: MIB });
  for (let n = 0; n < rows; n++) await journal.append(makeRecord({ time: time + n }));
  await journal.close();
}

test.skipIf(disk === null)('on a full disk nothing is lost, and retention gives room again', async () => {
  const folder = disk?.folder as string;
  const file = join(folder, 'instance.db');
  const db = kyselyOver<Schema>(openSqlite(file));
  await migrate(db, file);
  await db.destroy();
  await write(file, NOON - 40 * DAY, 4_000);
  await write(file, NOON, 100);
  const ingester = new Ingester(file);
  ingester.drain();
  await write(file, NOON + 100, 1_900);

  const filler = fs.openSync(join(folder, 'filler'), 'w');
  const fill = () => {
    for (const bytes of [Buffer.alloc(MIB / 4), Buffer.alloc(512)])
      try {
        for (;;) fs.writeSync(filler, bytes);
      } catch (thrown) {
        expect((thrown as NodeJS.ErrnoException).code).toBe('ENOSPC');
      }
  };
  fill();
  expect(() => ingester.drain()).toThrow(/full|ENOSPC|disk/i);
  fill();
  ingester.retain(NOON);
  expect(listDays(file)).not.toContain(dayOf(NOON - 40 * DAY));
  expect(fs.statfsSync(folder).bavail * fs.statfsSync(folder).bsize).toBeGreaterThan(2 * MIB);
  expect(ingester.drain().rows).toBeGreaterThan(0);
  ingester.close();
  expect(await loggedRecords(file)).toHaveLength(2_000);
  fs.closeSync(filler);
});
