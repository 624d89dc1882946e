import { examine } from '../../doctor/doctor.ts';
import { existingFileCommand, type FileOptions } from '../command.ts';
import { printJson, printLine } from '../output.ts';

export const doctorCommand = () =>
  existingFileCommand('doctor', 'look the instance over; exits 1 where a check fails')
    .option('--whole', 'also read every page of every day of the log, which takes long')
    .action(doctor);

function doctor(options: FileOptions & { whole?: true }): void {
  const checks = examine(options.db, { whole: options.whole ?? false });
  const healthy = checks.every(({ level }) => level !== 'fail');
  if (!healthy) process.exitCode = 1;
  if (options.json) {
    printJson({ healthy, checks });
    return;
  }
  for (const { name, level, detail, remedy } of checks) {
    printLine(`${level.padEnd(5)}${name.padEnd(11)}${detail}`);
    if (remedy !== null) printLine(`${' '.repeat(16)}→ ${remedy}`);
  }
}
