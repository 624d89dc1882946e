import { Fault } from '../base/faults.ts';
import { type FileLock, takeFileLock } from '../db/file-lock.ts';
import { openSqlite, type SqliteFile } from '../db/open.ts';
import type { GatewayHold } from './hold.ts';

/** Milliseconds to wait for a command that holds the file only to bring the journal in. */
const WAIT_FOR_COMMAND = 5_000;

/** What the database says about the process that holds the file. */
export interface ProcessRow {
  readonly pid: number;
  readonly address: string | null;
  /** Unix milliseconds. */
  readonly started_at: number;
}

export const readProcessRow = (file: SqliteFile): ProcessRow | null =>
  (file.prepare('SELECT pid, address, started_at FROM gateway_process').get() as ProcessRow | undefined) ??
  null;

/** Takes FILE.lock for a gateway; refused with `gateway.busy`, which names the process that has it. */
export function holdFile(instanceFile: string, now: number): GatewayHold {
  const lock = takeFileLock(instanceFile) ?? waitForCommand(instanceFile);
  try {
    within(instanceFile, (file) =>
      file
        .prepare(
          'INSERT OR REPLACE INTO gateway_process (id, pid, address, started_at) VALUES (1, ?, NULL, ?)',
        )
        .run(process.pid, now),
    );
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
  return {
    identity: null,
    announce(address) {
      within(instanceFile, (file) => file.prepare('UPDATE gateway_process SET address = ?').run(address));
    },
    release() {
      try {
        within(instanceFile, (file) => file.prepare('DELETE FROM gateway_process').run());
      } finally {
        lock.release();
      }
    },
  };
}

function waitForCommand(instanceFile: string): FileLock {
  const holder = within(instanceFile, readProcessRow);
  const lock = holder !== null && isAlive(holder.pid) ? null : takeFileLock(instanceFile, WAIT_FOR_COMMAND);
  if (lock !== null) return lock;
  throw new Fault('gateway.busy', {
    what: 'file',
    pid: holder?.pid ?? null,
    address: holder?.address ?? 'an address that it has not said yet',
  });
}

/** Is there a process with this id, whoever runs it? */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function within<T>(instanceFile: string, work: (file: SqliteFile) => T): T {
  const file = openSqlite(instanceFile, { existing: true });
  try {
    return work(file);
  } finally {
    file.close();
  }
}
