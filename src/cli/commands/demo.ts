import { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { fillLog } from '../../demo/rows/fill.ts';
import { withInstance } from '../client.ts';
import { databaseAddress, wholeNumber } from '../command.ts';
import { printJson, printLine } from '../output.ts';
import { onlyFile } from '../place.ts';
import { rowTokens } from '../row-tokens.ts';

export const demoCommand = () =>
  new Command('demo').description('make data for trying things out').addCommand(
    new Command('traffic')
      .description('fill the log of an instance with the rows of made-up requests, for tests and benches')
      .requiredOption('--db <file>', 'the instance, a file; made where there is none', databaseAddress)
      .requiredOption('--rows <n>', 'how many', wholeNumber(1, 1_000_000_000))
      .option('--days <n>', 'how far back they reach', wholeNumber(1, 30), 30)
      .option('--seed <n>', 'of their sequence: the same gives the same rows', wholeNumber(0, 2 ** 32 - 1), 1)
      .option(
        '--tokens <n>',
        'how many tokens make them; those that are lacking are made',
        wholeNumber(1, 5_000),
        200,
      )
      .option('--json', 'print JSON')
      .action(traffic),
  );

async function traffic(options: {
  db: string;
  rows: number;
  days: number;
  seed: number;
  tokens: number;
  json?: true;
}): Promise<void> {
  const file = onlyFile(options.db, 'only the log of an instance in a file can be filled; give a file');
  const { rows, days, seed } = options;
  const tokens = await withInstance({ db: file }, (client) => rowTokens(client, options.tokens));
  const begun = systemClock.monotonic();
  const told = process.stderr.isTTY === true;
  const onRows = (done: number) => {
    if (told) process.stderr.write(`\r${done} of ${rows} rows`);
  };
  await fillLog(file, { rows, days, seed, tokens, clock: systemClock, onRows });
  if (told) process.stderr.write('\n');
  const seconds = Math.round(systemClock.monotonic() - begun) / 1_000;
  if (options.json) printJson({ rows, days, seed, tokens: tokens.length, seconds });
  else printLine(`${rows} rows of ${tokens.length} tokens over ${days} days, in ${seconds} s.`);
}
