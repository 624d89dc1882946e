import { Command, InvalidArgumentError } from 'commander';
import {
  LEAST_BYTES,
  LEAST_ROLLUP_DAYS,
  MOST_DAYS,
  type RetentionShown,
} from '../../features/retention/contract.ts';
import { withInstance } from '../client.ts';
import { type InstanceOptions, instanceCommand, wholeNumber } from '../command.ts';
import { printJson, printLine } from '../output.ts';
import { UsageError } from '../usage-error.ts';

interface SetOptions extends InstanceOptions {
  rows?: number;
  sums?: number;
  maxSize?: number | 'none';
}

const UNITS: Record<string, number> = { MB: 1e6, GB: 1e9, TB: 1e12 };

// Not null for none: commander takes that for an option without its value.
function readSize(text: string): number | 'none' {
  if (text === 'none') return text;
  const [, digits = '', unit = ''] = /^(\d{1,6}(?:\.\d)?) ?(MB|GB|TB)$/i.exec(text) ?? [];
  const bytes = Math.round(Number(digits) * (UNITS[unit.toUpperCase()] ?? Number.NaN));
  if (!(bytes >= LEAST_BYTES))
    throw new InvalidArgumentError(
      `It must be a size as 20GB, of ${Math.ceil(LEAST_BYTES / 1e6)}MB at least, or none.`,
    );
  return bytes;
}

export function retentionCommand(): Command {
  const command = new Command('retention').description('how long the log and its sums are kept');
  command.addCommand(
    instanceCommand('show', 'show what is kept, and what it takes on the disk').action(
      (options: InstanceOptions) =>
        withInstance(options, async (client) => print(await client.retention.show(), options)),
    ),
  );
  command.addCommand(
    instanceCommand('set', 'change it; what is no longer kept is deleted within a minute or so')
      .option('--rows <days>', 'how many days rows of the log are kept', wholeNumber(1, MOST_DAYS))
      .option(
        '--sums <days>',
        'how many days what usage sums up is kept',
        wholeNumber(LEAST_ROLLUP_DAYS, MOST_DAYS),
      )
      .option(
        '--max-size <size>',
        'delete the oldest days where the rows take more, as 20GB; or none',
        readSize,
      )
      .action(({ rows, sums, maxSize, ...options }: SetOptions) => {
        if (rows === undefined && sums === undefined && maxSize === undefined)
          throw new UsageError('give at least one of --rows, --sums and --max-size');
        return withInstance(options, async (client) => {
          const before = await client.retention.show();
          const shown = await client.retention.set({
            rawDays: rows ?? before.rawDays,
            rollupDays: sums ?? before.rollupDays,
            maxBytes: maxSize === 'none' ? null : (maxSize ?? before.maxBytes),
          });
          print(shown, options);
        });
      }),
  );
  return command;
}

const size = (bytes: number): string =>
  bytes < 1e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;

function print(shown: RetentionShown, { json }: InstanceOptions): void {
  if (json) {
    printJson(shown);
    return;
  }
  const { rawDays, rollupDays, maxBytes, logBytes, oldestRow } = shown;
  printLine(`Rows are kept for ${rawDays} days, what usage sums up for ${rollupDays} days.`);
  printLine(
    maxBytes === null
      ? 'The rows may take any room on the disk.'
      : `Where the rows take more than ${size(maxBytes)}, the oldest days go.`,
  );
  printLine(
    `They take ${size(logBytes)} now${oldestRow === null ? '' : `, from ${oldestRow.toISOString()} on`}.`,
  );
}
