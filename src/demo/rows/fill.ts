import { type Clock, DAY, SECOND } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import { takeFileLock } from '../../db/file-lock.ts';
import { lastSegment } from '../../features/logs/furthest.ts';
import { Ingester } from '../../features/logs/ingest.ts';
import { openJournal } from '../../features/logs/journal.ts';
import { journalFolder } from '../../features/logs/paths.ts';
import { randomFrom } from '../random.ts';
import { callersOf, chooseCaller, type RowToken } from './callers.ts';
import { recordAt } from './records.ts';
import { arrivalTimes } from './times.ts';

/** Rows that are journalled before they are brought in. */
const STEP = 20_000;
/** And that one write takes. */
const WRITE = 1_000;

export interface Fill {
  readonly rows: number;
  /** How far back from now they reach. */
  readonly days: number;
  readonly seed: number;
  readonly tokens: readonly RowToken[];
  readonly clock: Clock;
  /** Told after every step. */
  onRows(done: number): void;
}

/**
 * Fills the log of an instance in a file with the rows of requests that were never made, the way that a gateway's rows
 * take: through the journal and the log writer. For tests and benches.
 * @throws Fault `gateway.busy` where a gateway runs on the file
 */
export async function fillLog(
  instanceFile: string,
  { rows, days, seed, tokens, clock, onRows }: Fill,
): Promise<void> {
  const lock = takeFileLock(instanceFile);
  if (lock === null) throw new Fault('file.denied', { path: instanceFile, detail: 'a gateway runs on it' });
  try {
    const random = randomFrom(seed);
    const callerOf = chooseCaller(callersOf(tokens, random));
    const to = clock.now() - SECOND;
    const times = arrivalTimes(rows, to - days * DAY, to, random);
    const journal = openJournal(journalFolder(instanceFile), lastSegment(instanceFile), { clock });
    const ingester = new Ingester(instanceFile, { clock });
    try {
      ingester.drain();
      let done = 0;
      for (let time = times.next(); time.done !== true; ) {
        let written = Promise.resolve();
        for (let n = 0; n < WRITE && time.done !== true; n++, done++, time = times.next())
          written = journal.append(recordAt(time.value, callerOf, random));
        await written;
        if (done % STEP !== 0) continue;
        while (ingester.step().more);
        onRows(done);
      }
      await journal.close();
      ingester.drain();
      onRows(done);
    } finally {
      await journal.close();
      ingester.close();
    }
  } finally {
    lock.release();
  }
}
