/**
 * A process that holds an instance's file as a gateway does, and brings rows into its log at a rate, for benches:
 * `node ingest-process.ts FILE`. Standard input says how many rows a second and for how many seconds ("10000 20"); it
 * answers with how many there were. It ends with its input.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/base/clock.ts';
import { takeFileLock } from '../../src/db/file-lock.ts';
import { placeOfFile } from '../../src/db/place.ts';
import { randomFrom } from '../../src/demo/random.ts';
import { callersOf, chooseCaller } from '../../src/demo/rows/callers.ts';
import { recordAt } from '../../src/demo/rows/records.ts';
import { openJournalOf } from '../../src/features/logs/testing.ts';
import { startLogWriter } from '../../src/features/logs/writer.ts';

const file = process.argv[2] as string;
const lock = takeFileLock(file);
if (lock === null) throw new Error('a gateway runs on the file');
const writer = await startLogWriter(placeOfFile(file));
const journal = openJournalOf(file);
const random = randomFrom(7);
const tokens = Array.from({ length: 200 }, (_, n) => ({
  id: `0190f3c0-0000-7000-8000-${String(n).padStart(12, '0')}`,
  name: `Live ${n}`,
  userId: '0190f3c0-0000-7000-8000-0000000000aa',
  userName: 'Ada',
}));
const callerOf = chooseCaller(callersOf(tokens, random));
console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const [rate = 0, seconds = 0] = line.split(' ').map(Number);
  const begun = systemClock.monotonic();
  let rows = 0;
  for (let elapsed = 0; elapsed < seconds * 1_000; elapsed = systemClock.monotonic() - begun) {
    let written = Promise.resolve();
    for (const due = Math.floor((elapsed * rate) / 1_000); rows < due; rows++)
      written = journal.append(recordAt(Date.now(), callerOf, random));
    await written;
    await sleep(5);
  }
  console.log(JSON.stringify({ rows, seconds: (systemClock.monotonic() - begun) / 1_000 }));
}
await journal.close();
await writer.close();
lock.release();
