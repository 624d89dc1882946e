import { existsSync } from 'node:fs';
import { createRouterClient } from '@orpc/server';
import { Command } from 'commander';
import { reviewProblemText } from '../../base/review-problems.ts';
import { localOwner } from '../../features/answer-faults.ts';
import type { ReviewedFile, ReviewState } from '../../features/logs/review/contract.ts';
import { openReview, type Review } from '../../features/logs/review/review.ts';
import { createReviewService, summarise } from '../../features/logs/review/service.ts';
import { readQuery } from '../../features/logs/search-of.ts';
import { localActor } from '../client.ts';
import { wholeNumber } from '../command.ts';
import { takingExpression } from '../expression.ts';
import { FailedCheck } from '../failed-check.ts';
import { printRows } from '../log-rows.ts';
import { progressLine } from '../output.ts';
import { UsageError } from '../usage-error.ts';
import { filterOf, withRangeOptions } from './logs-filter.ts';
import { printUsage } from './usage.ts';

interface ReviewOptions {
  from?: string;
  to?: string;
  limit: number;
  usage?: true;
  json?: true;
}

/** How often progress is told on a terminal, in milliseconds. */
const TELL_EVERY = 200;

export const reviewCommand = (): Command =>
  takingExpression(
    withRangeOptions(
      new Command('review').description(
        'the requests in exported files, or in access logs as nginx writes them; needs no instance',
      ),
    ),
    ['<file...>', 'files, compressed or not; behind them an expression'],
  )
    .option('--limit <n>', 'at most so many requests, the newest', wholeNumber(1, 10_000_000), 100)
    .option('--usage', 'what came in, and what came of it, in place of the requests')
    .option('--json', 'print JSON')
    .action(async (given: string[], options: ReviewOptions) => {
      const { files, expression } = parted(given);
      const filter = filterOf(options, expression);
      // What is wrong with it is told before minutes are spent on reading.
      readQuery(filter.query);
      const review = openReview(files);
      try {
        await readAll(review);
        const state = review.state();
        tellProblems(state);
        // An export of no request at all is an empty file, and its manifest says so.
        if (state.files.every(({ format, verdict }) => format === null && verdict.kind !== 'matches'))
          throw new UsageError(
            `${files.length === 1 ? `${files[0]} is` : 'these are'} no log that can be read`,
          );
        if (options.usage) {
          const range = { ...filter, zone: 'UTC', compare: false };
          printUsage(await summarise(review, readQuery(filter.query), range), options);
        } else {
          const context = localOwner(localActor());
          await printRows(createRouterClient(createReviewService(review), { context }), filter, options);
        }
        if (state.files.some(({ verdict }) => verdict.kind === 'differs')) throw new FailedCheck();
      } finally {
        await review.close();
      }
    });

/** The files, and behind them an expression. */
function parted(given: readonly string[]): { files: string[]; expression: string[] } {
  const end = given.findIndex((argument) => !existsSync(argument));
  const [files, expression] = end === -1 ? [given, []] : [given.slice(0, end), given.slice(end)];
  const [first] = expression;
  // A mistyped name is not to be a search for it.
  if (first !== undefined && (files.length === 0 || /^[^\s:"]*[/\\.][^\s:"]*$/.test(first)))
    throw new UsageError(`there is no file ${first}`);
  return { files: [...files], expression: [...expression] };
}

async function readAll(review: Review): Promise<void> {
  const progress = progressLine();
  const timer = setInterval(() => {
    const { rows, rowsPerSecond, secondsLeft } = review.state();
    const left = secondsLeft === null ? '' : `, ${Math.ceil(secondsLeft)} s left`;
    progress.show(`${rows} requests, ${rowsPerSecond} a second${left}`);
  }, TELL_EVERY);
  try {
    await review.done;
  } finally {
    clearInterval(timer);
    progress.clear();
  }
}

/** What was wrong, on standard error; what a manifest said too, as nobody should take a file for whole that is not. */
function tellProblems({ files }: ReviewState): void {
  const tell = (line: string) => process.stderr.write(`${line}\n`);
  for (const file of files) {
    for (const problem of file.problems) tell(`${file.path}: ${reviewProblemText(problem)}`);
    const told = file.problems.filter(({ line, code }) => line !== null && code.startsWith('line.')).length;
    if (file.flawedLines > told) tell(`${file.path}: and ${file.flawedLines - told} more such lines`);
    const verdict = verdictText(file);
    if (verdict !== null) tell(`${file.path}: ${verdict}`);
  }
}

function verdictText({ verdict, rows }: ReviewedFile): string | null {
  if (verdict.kind === 'unreadable') return `its manifest cannot be read: ${verdict.detail}`;
  if (verdict.kind !== 'differs') return null;
  const { expected, found } = verdict;
  if (rows < expected.rows) {
    const bytes = found === null ? '' : `, ${Math.max(0, expected.bytes - found.bytes)} bytes missing`;
    return `it is not what its manifest says: ${rows} of ${expected.rows} requests are there${bytes}`;
  }
  return rows > expected.rows
    ? `it is not what its manifest says: ${rows} requests in place of ${expected.rows}`
    : `it is not what its manifest says: its SHA-256 is ${found?.sha256 ?? 'unknown'}`;
}
