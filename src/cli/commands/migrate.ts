import { existsSync } from 'node:fs';
import { Fault } from '../../base/faults.ts';
import { readDatabaseState, refuseServed, withDatabase } from '../../db/instance-database.ts';
import { checkFile } from '../../db/instance-file.ts';
import { type DatabaseAddress, withoutPassword } from '../../db/place.ts';
import { bringUpToDate, readSchemaState, type SchemaState } from '../../db/schema-state.ts';
import { holdFile } from '../../gateway/process-row.ts';
import { type ExistingInstanceOptions, existingInstanceCommand } from '../command.ts';
import { printJson, printLine } from '../output.ts';
import { placeOf } from '../place.ts';

export const migrateCommand = () =>
  existingInstanceCommand('migrate', 'bring the schema of the instance to that of this version')
    .option('--dry-run', 'only say what would be done')
    .action(migrate);

async function migrate(options: ExistingInstanceOptions & { dryRun?: true }): Promise<void> {
  const { database } = placeOf(options);
  const { at, pending } = await stateOf(database);
  if (pending.length > 0 && !options.dryRun) await migrateUnserved(database);
  const done = { from: at, to: pending.at(-1) ?? at, made: pending, dryRun: options.dryRun ?? false };
  if (options.json) printJson(done);
  else if (pending.length === 0) printLine(`The schema is current: ${at}.`);
  else {
    printLine(`${options.dryRun ? 'Would go' : 'Went'} from ${at ?? 'nothing'} to ${done.to}:`);
    for (const name of pending) printLine(`  ${name}`);
  }
}

async function stateOf(database: DatabaseAddress): Promise<SchemaState> {
  if (database.engine === 'sqlite') {
    const { file: path } = database;
    if (!existsSync(path)) throw new Fault('file.invalid', { path, detail: 'it does not exist' });
    checkFile(path);
    return readSchemaState(path);
  }
  const { url } = database;
  const { made, ...state } = await withDatabase(url, (client) => readDatabaseState(client, url));
  if (!made)
    throw new Fault('database.invalid', { name: withoutPassword(url), detail: 'it has no instance yet' });
  return state;
}

/** A gateway that an earlier version runs does not know the schema to come, so none may run. */
async function migrateUnserved(database: DatabaseAddress): Promise<void> {
  if (database.engine === 'postgres') {
    await withDatabase(database.url, (client) => refuseServed(client, Date.now()));
    return bringUpToDate(database);
  }
  const hold = holdFile(database.file, Date.now());
  try {
    await bringUpToDate(database);
  } finally {
    hold.release();
  }
}
