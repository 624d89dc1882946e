import { type Command, Option } from 'commander';
import { SECOND } from '../../base/clock.ts';
import type { ExportFormat, LogFilter } from '../../features/logs/contract.ts';
import { type AdminClient, withInstance } from '../client.ts';
import { instanceCommand } from '../command.ts';
import { progressLine } from '../export/progress.ts';
import { type Compression, manifestPath, writeExport } from '../export/write-export.ts';
import { takingExpression } from '../expression.ts';
import { FailedCheck } from '../failed-check.ts';
import { checkNames } from '../names.ts';
import { printJson, printLine } from '../output.ts';
import { filterOf, type LogFilterOptions, withFilterOptions } from './logs-filter.ts';

interface ExportOptions extends LogFilterOptions {
  out: string;
  format: ExportFormat;
  compress?: Compression;
}

/** Progress is told so often, in milliseconds. */
const TELL_EVERY = 500;

/** What is hard to count is left after so many milliseconds: the export does not wait for it. */
const COUNT_WITHIN = 2 * SECOND;

/** Counts a filter's rows beside whatever else is done with them; `rows` is null until all are counted. */
function countRows(client: AdminClient, filter: LogFilter, signal: AbortSignal) {
  const stop = new AbortController();
  const counting = { rows: null as number | null, stop: () => stop.abort() };
  const until = AbortSignal.any([signal, stop.signal, AbortSignal.timeout(COUNT_WITHIN)]);
  const count = async () => {
    for await (const { total, complete } of await client.logs.overview(
      { filter, bars: 1 },
      { signal: until },
    ))
      if (complete) counting.rows = total;
  };
  // Without it the export says less, and why it failed the export itself will say.
  count().catch(() => undefined);
  return counting;
}

export const logsExportCommand = (): Command =>
  takingExpression(
    withFilterOptions(
      instanceCommand('export', 'write the requests into a file, oldest first, with a manifest beside it'),
    ),
  )
    .requiredOption('--out <file>', 'the file; never overwritten')
    .addOption(
      new Option('--format <format>', 'ndjson has everything; har is for tools that read HTTP')
        .choices(['ndjson', 'csv', 'har'])
        .default('ndjson'),
    )
    .addOption(new Option('--compress <how>', 'compress it').choices(['gzip', 'zstd']))
    .action((expression: string[], options: ExportOptions) => {
      const filter = filterOf(options, expression);
      return withInstance(options, async (client) => {
        await checkNames(client, options);
        const stop = new AbortController();
        const onSignal = () => stop.abort();
        process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
        const began = performance.now();
        let toldAt = began;
        const total = countRows(client, filter, stop.signal);
        try {
          const pieces = await client.logs.download(
            { filter, format: options.format },
            { signal: stop.signal },
          );
          const manifest = await writeExport(options.out, pieces, {
            compress: options.compress ?? null,
            signal: stop.signal,
            onWritten(rows, bytes) {
              const now = performance.now();
              if (now - toldAt < TELL_EVERY) return;
              toldAt = now;
              const line = progressLine({ rows, bytes, total: total.rows, elapsedMs: now - began });
              process.stderr.write(`${line}\n`);
            },
          });
          if (options.json) return printJson(manifest);
          printLine(`${options.out}: ${manifest.rows} requests, ${manifest.file.bytes} bytes.`);
          printLine(`${manifestPath(options.out)}: what it is, its SHA-256 and the end of the audit log.`);
        } catch (thrown) {
          if (!stop.signal.aborted) throw thrown;
          process.stderr.write('gatehouse: the export was cancelled; no file was left\n');
          throw new FailedCheck('cancelled', { cause: thrown });
        } finally {
          total.stop();
          process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
        }
      });
    });
