import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { SECOND } from '../../base/clock.ts';
import type { InstancePlace } from '../../db/place.ts';
import { threadFile } from '../../threads/thread-file.ts';
import type { Rehash } from '../tokens/rehash-secrets.ts';
import { lastSegment } from './furthest.ts';
import { type GatewayIdentity, lastSegmentOnPostgres } from './postgres/ingest.ts';
import type { WriterOrder, WriterReport, WriterStart } from './writer-messages.ts';
import { type LogProgress, makeProgress, readProgress } from './writer-progress.ts';

export interface LogWriter {
  /** The last segment of the journal that there was when it started; what is written next comes after it. */
  readonly lastSegment: number;
  /** Has a secret moved to the instance's current key, soon; lost where the thread ends before. */
  readonly rehash: (rehash: Rehash) => void;
  /** How far it is behind the journal. */
  progress(): LogProgress;
  /** Brings in what is left and ends the thread. */
  close(): Promise<void>;
}

export interface LogWriterOptions {
  /** Which gateway this is; null: that of an instance in a file. */
  gateway?: GatewayIdentity | null;
  /** Told in one line what went wrong and is being mended; default: a line on stderr. */
  onProblem?: (detail: string) => void;
}

/**
 * Starts the thread that moves an instance's request journal into its databases. Resolves when everything that was
 * in the journal is there. The caller holds FILE.lock, and has brought FILE to the newest schema.
 */
export async function startLogWriter(
  place: Pick<InstancePlace, 'database' | 'name' | 'journal'>,
  options: LogWriterOptions = {},
): Promise<LogWriter> {
  const onProblem =
    options.onProblem ?? ((detail: string) => console.error(`gatehouse: log writer: ${detail}`));
  let closing = false;
  const closed = Promise.withResolvers<void>();
  // For a thread that is started anew, too: what this process has written since is not interrupted.
  const progress = makeProgress();
  const start: WriterStart = { ...(await beginning(place, options.gateway)), progress };
  let thread = await startThread(start, onProblem);

  /** A thread that ended by itself is started anew: the journal has kept everything since. */
  const keepAlive = async () => {
    while (!closing) {
      await thread.ended;
      while (!closing) {
        await Promise.race([delay(SECOND, undefined, { ref: false }), closed.promise]);
        if (closing) return;
        try {
          thread = await startThread(start, onProblem);
          // The order went to the one before.
          if (closing) thread.order('close');
          break;
        } catch (thrown) {
          onProblem((thrown as Error).message);
        }
      }
    }
  };
  const kept = keepAlive();

  return {
    lastSegment: start.endedThrough,
    rehash: (rehash) => thread.order({ rehash }),
    progress: () => readProgress(progress),
    async close() {
      closing = true;
      closed.resolve();
      thread.order('close');
      await kept;
      const problem = await thread.ended;
      if (problem) throw problem;
    },
  };
}

async function beginning(
  { database, name, journal }: Pick<InstancePlace, 'database' | 'name' | 'journal'>,
  gateway: GatewayIdentity | null = null,
): Promise<Omit<WriterStart, 'progress'>> {
  if (database.engine === 'sqlite')
    return { database, gateway: null, endedThrough: lastSegment(database.file) };
  if (gateway === null || journal === null) throw new Error(`no gateway runs on ${name} from here`);
  const endedThrough = await lastSegmentOnPostgres({ url: database.url, journal }, gateway.id);
  return { database, gateway: { ...gateway, journal }, endedThrough };
}

interface Thread {
  order(order: WriterOrder): void;
  /** Resolves when the thread has ended: with why, where it did not bring everything in first. */
  ended: Promise<Error | null>;
}

function startThread(start: WriterStart, onProblem: (detail: string) => void): Promise<Thread> {
  const worker = new Worker(threadFile('log-writer'), { workerData: start });
  const ended = Promise.withResolvers<Error | null>();
  const ready = Promise.withResolvers<Thread>();
  let problem: Error | null = new Error('the log writer ended by itself');
  const fail = (error: Error) => {
    problem = error;
    onProblem(error.message);
    ready.reject(error);
  };
  worker.on('error', fail);
  worker.on('message', (report: WriterReport) => {
    if (report.kind === 'ready')
      ready.resolve({ order: (order) => worker.postMessage(order), ended: ended.promise });
    else if (report.kind === 'closed') problem = null;
    else if (report.kind === 'left') {
      problem = null;
      onProblem(`${report.detail}; the rest of the request journal is for the next start`);
    } else if (report.kind === 'failed') fail(new Error(report.detail));
    else if (report.kind === 'retrying') onProblem(`${report.detail}; trying again`);
    else onProblem(`${report.lines} damaged lines of the request journal were skipped`);
  });
  worker.on('exit', () => {
    ended.resolve(problem);
    ready.reject(problem ?? new Error('the log writer ended by itself'));
  });
  return ready.promise;
}
