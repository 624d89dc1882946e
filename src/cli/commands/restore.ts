import { Command } from 'commander';
import { restoreBackup } from '../../features/backup/restore.ts';
import { databaseAddress, type ExistingInstanceOptions, filePath } from '../command.ts';
import { printJson, printLine } from '../output.ts';
import { onlyFile } from '../place.ts';

export const restoreCommand = () =>
  new Command('restore')
    .description('make a new instance of a backup, once all of it is known to be whole')
    .argument('<backup>', 'what `backup` made')
    .requiredOption('--db <file>', 'the new instance; nothing is overwritten', databaseAddress)
    .option('--key-file <file>', 'the key file of the instance that was backed up', filePath)
    .option('--json', 'print JSON')
    .action(restore);

const ON_POSTGRES =
  'a backup of a file becomes a file; what pg_dump made of a database on Postgres is restored with pg_restore (docs/operations.md)';

async function restore(archive: string, options: ExistingInstanceOptions): Promise<void> {
  const { file, keyFrom, keysLacking, manifest } = await restoreBackup(
    archive,
    onlyFile(options.db, ON_POSTGRES),
    {
      keyFile: options.keyFile,
    },
  );
  const { madeAt, madeBy, instanceId, schema, keyId, files } = manifest;
  if (options.json) {
    const said = { madeAt, madeBy, instanceId, schema, keyId, files: files.length };
    printJson({ file, ...said, keyFrom, keysLacking });
    return;
  }
  printLine(
    `${file} is the instance ${instanceId} as of ${madeAt}; ${files.length} files, each as backed up.`,
  );
  printLine(`Its key is ${KEY_FROM[keyFrom]}.`);
  if (keysLacking.length > 0)
    printLine(`Missing are the older keys ${keysLacking.join(', ')}: secrets that hang on them are dead.`);
}

const KEY_FROM = {
  option: 'the one that was given',
  backup: 'the one in the backup',
  beside: 'the one that was there already',
  environment: 'the one in the environment (GATEHOUSE_KEY)',
} as const;
