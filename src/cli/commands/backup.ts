import { makeBackup } from '../../features/backup/backup.ts';
import { type ExistingInstanceOptions, existingInstanceCommand } from '../command.ts';
import { printJson, printLine } from '../output.ts';
import { onlyFile } from '../place.ts';

export const backupCommand = () =>
  existingInstanceCommand(
    'backup',
    'pack the instance as it is now into one file, beside a running gateway or without one; not its key',
  )
    .requiredOption('--out <file>', 'the backup, a tar archive; never overwritten')
    .option(
      '--with-key',
      'also the key file: who has such a backup can make every token of the instance good',
    )
    .action(backup);

/** Postgres has its own, and one that is as of one moment with the log. */
const ON_POSTGRES =
  'a database on Postgres is backed up with pg_dump; keep the key file and its .audit as well (docs/operations.md)';

async function backup(options: ExistingInstanceOptions & { out: string; withKey?: true }): Promise<void> {
  const file = onlyFile(options.db, ON_POSTGRES);
  const { path, bytes, withKey, manifest } = await makeBackup(file, options.out, {
    withKey: options.withKey ?? false,
  });
  const { madeAt, instanceId, keyId, schema, files } = manifest;
  if (options.json) {
    printJson({ path, bytes, madeAt, instanceId, schema, keyId, withKey, files });
    return;
  }
  printLine(`${path}: ${files.length} files, ${bytes} bytes, as of ${madeAt}.`);
  printLine(
    withKey
      ? `It holds the key (${keyId}): keep it as you keep the key.`
      : `It does not hold the key (${keyId}); a restore needs it. Keep ${file}.key elsewhere.`,
  );
}
