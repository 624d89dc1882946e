import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Clock, systemClock } from '../base/clock.ts';
import { Fault } from '../base/faults.ts';
import { checkFile } from '../db/instance-file.ts';
import { openSqlite } from '../db/open.ts';
import { placeOfFile } from '../db/place.ts';
import { readNow } from '../db/reads.ts';
import { schemaStateOf } from '../db/schema-state.ts';
import { usagePath } from '../features/usage/usage-file.ts';
import { type CheckResult, type Finding, fail, messageOf, ok, RESTORE } from './check.ts';
import { checkClock } from './checks/clock.ts';
import { checkDays } from './checks/days.ts';
import { checkDisk } from './checks/disk.ts';
import { checkHolder } from './checks/holder.ts';
import { checkIntegrity } from './checks/integrity.ts';
import { checkJournal } from './checks/journal.ts';
import { checkKey } from './checks/key.ts';
import { checkRollups } from './checks/rollups.ts';
import { checkSchema } from './checks/schema.ts';

/**
 * Looks an instance in a file over, beside a gateway that serves or none, and changes nothing. A check that cannot be made has
 * failed; the others are made all the same. Refused with `file.invalid` where there is no such file.
 * @param options.whole read every page of every day of the log, too
 */
export function examine(
  instanceFile: string,
  options: { whole?: boolean; clock?: Clock } = {},
): CheckResult[] {
  const { whole = false, clock = systemClock } = options;
  const file = resolve(instanceFile);
  if (!existsSync(file)) throw new Fault('file.invalid', { path: file, detail: 'it does not exist' });
  const opened = made('file', () => {
    checkFile(file);
    return ok('It is the main file of an instance.');
  });
  if (opened.level === 'fail') return [opened, made('disk', () => checkDisk(file))];
  const main = openSqlite(file, { readonly: true });
  try {
    return [
      opened,
      made('key', () => readNow(main, checkKey(placeOfFile(file)))),
      made('holder', () => checkHolder(file, main)),
      made('schema', () => checkSchema(schemaStateOf(main))),
      made('integrity', () => checkIntegrity([file, usagePath(file)])),
      made('journal', () => checkJournal(file, main)),
      made('days', () => checkDays(file, whole)),
      made('rollups', () => checkRollups(file)),
      made('disk', () => checkDisk(file)),
      made('clock', () => checkClock(file, main, clock.now())),
    ];
  } finally {
    main.close();
  }
}

function made(name: string, check: () => Finding): CheckResult {
  try {
    return { name, ...check() };
  } catch (thrown) {
    return { name, ...fail(`It could not be checked: ${messageOf(thrown)}`, RESTORE) };
  }
}
