import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Fault } from '../../base/faults.ts';
import { checkFile } from '../../db/instance-file.ts';
import { bringUpToDate, readSchemaState } from '../../db/schema-state.ts';
import { holdFile } from '../../gateway/process-row.ts';
import { existingFileCommand, type FileOptions } from '../command.ts';
import { printJson, printLine } from '../output.ts';

export const migrateCommand = () =>
  existingFileCommand('migrate', 'bring the schema of the instance to that of this version')
    .option('--dry-run', 'only say what would be done')
    .action(migrate);

async function migrate(options: FileOptions & { dryRun?: true }): Promise<void> {
  const file = resolve(options.db);
  if (!existsSync(file)) throw new Fault('file.invalid', { path: file, detail: 'it does not exist' });
  checkFile(file);
  const { at, pending } = readSchemaState(file);
  if (pending.length > 0 && !options.dryRun) await migrateUnserved(file);
  const done = { from: at, to: pending.at(-1) ?? at, made: pending, dryRun: options.dryRun ?? false };
  if (options.json) printJson(done);
  else if (pending.length === 0) printLine(`The schema is current: ${at}.`);
  else {
    printLine(`${options.dryRun ? 'Would go' : 'Went'} from ${at ?? 'nothing'} to ${done.to}:`);
    for (const name of pending) printLine(`  ${name}`);
  }
}

/** A gateway that an earlier version runs does not know the schema to come, so none may run. */
async function migrateUnserved(file: string): Promise<void> {
  const hold = holdFile(file, Date.now());
  try {
    await bringUpToDate(file);
  } finally {
    hold.release();
  }
}
