import { makeBackup } from '../../features/backup/backup.ts';
import { existingFileCommand, type FileOptions } from '../command.ts';
import { printJson, printLine } from '../output.ts';

export const backupCommand = () =>
  existingFileCommand(
    'backup',
    'pack the instance as it is now into one file, beside a running gateway or without one; not its key',
  )
    .requiredOption('--out <file>', 'the backup, a tar archive; never overwritten')
    .option(
      '--with-key',
      'also the key file: who has such a backup can make every token of the instance good',
    )
    .action(backup);

async function backup(options: FileOptions & { out: string; withKey?: true }): Promise<void> {
  const { path, bytes, withKey, manifest } = await makeBackup(options.db, options.out, {
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
      : `It does not hold the key (${keyId}); a restore needs it. Keep ${options.db}.key elsewhere.`,
  );
}
