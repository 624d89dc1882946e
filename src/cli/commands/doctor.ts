import type { CheckResult } from '../../doctor/check.ts';
import { examine } from '../../doctor/doctor.ts';
import { examineOnPostgres } from '../../doctor/doctor-on-postgres.ts';
import { type ExistingInstanceOptions, existingInstanceCommand } from '../command.ts';
import { printJson, printLine } from '../output.ts';
import { placeOf } from '../place.ts';

interface DoctorOptions extends ExistingInstanceOptions {
  whole?: true;
}

export const doctorCommand = () =>
  existingInstanceCommand('doctor', 'look the instance over; exits 1 where a check fails')
    .option('--whole', 'also read every page of every day of the log, which takes long; of a file')
    .action(doctor);

async function doctor(options: DoctorOptions): Promise<void> {
  const checks = await checksOf(options);
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

async function checksOf(options: DoctorOptions): Promise<CheckResult[]> {
  const place = placeOf(options);
  return place.database.engine === 'sqlite'
    ? examine(place.database.file, { whole: options.whole ?? false })
    : examineOnPostgres(place, place.database.url);
}
