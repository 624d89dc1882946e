import { existsSync } from 'node:fs';
import { anchored, type Clock, SECOND, systemClock } from '../base/clock.ts';
import { Fault } from '../base/faults.ts';
import { openSqlite } from '../db/open.ts';
import { catalogueOf } from '../features/endpoints/catalogue.ts';
import { createLimiter } from '../features/limits/limiter.ts';
import { openJournal } from '../features/logs/journal.ts';
import { startLogWriter } from '../features/logs/writer.ts';
import { openKey } from '../features/tokens/key.ts';
import { createShiftsApi } from '../shifts-api/api.ts';
import { openOperations, shiftsApiDocument } from '../shifts-api/document.ts';
import { startApiWriter } from './api-writer.ts';
import type { ExplainQuestion, Explanation } from './contract.ts';
import { explain } from './explain.ts';
import { countFailedCredentials } from './failed-credentials.ts';
import { createHeadReader } from './head.ts';
import { keepReads } from './kept-reads.ts';
import { createNotHttp } from './not-http.ts';
import { createPipeline } from './pipeline.ts';
import { keepPolicy } from './policy-keeper.ts';
import { holdFile } from './process-row.ts';
import { createResponder } from './responder.ts';
import { seedLimiter } from './seed-limiter.ts';
import { createGatewayServer } from './server.ts';

export interface GatewayOptions {
  /** The path of an instance's main file, whose schema is current. */
  file: string;
  host: string;
  /** 0: a free one. */
  port: number;
  clock?: Clock;
  /** Milliseconds that the gateway serves by a policy it could not confirm; default 5000. */
  maxPolicyAge?: number;
  /** Milliseconds that a connection gets for the head of a request; default 10,000. */
  headTimeout?: number;
  /** Told of failures of our own; default: a line on stderr. */
  onFailure?: (cause: unknown) => void;
}

export interface RunningGateway {
  /** As `http://127.0.0.1:8080`. */
  readonly address: string;
  readonly pid: number;
  /** Unix milliseconds. */
  readonly startedAt: number;
  policyVersion(): number;
  /** What it would decide of a request that came now; faults as `explain`'s. */
  explain(question: ExplainQuestion): Explanation;
  /** Takes no more requests, answers those it has, brings their rows into the database, lets go of the file. */
  stop(): Promise<void>;
}

/** Milliseconds that requests in flight get to finish when the gateway stops. */
const DRAIN_FOR = 10 * SECOND;
/** What has gone idle is looked for this often, so many tokens at a time. */
const SWEEP_EVERY = SECOND;
const SWEEP_TOKENS = 2_000;

/**
 * Starts the gateway of an instance in this thread. Ready means: the log has every request that an earlier process
 * answered, and the counters of the limits stand where they stood. Refused with `gateway.busy` where another process
 * holds the file, `gateway.port` where the address is taken, `key.missing` and `key.invalid`.
 */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { file } = options;
  const clock = anchored(options.clock ?? systemClock);
  const onFailure = options.onFailure ?? reportFailure;
  if (!existsSync(file)) throw new Fault('file.invalid', { path: file, detail: 'it does not exist' });
  const key = openKey(file);
  const startedAt = clock.now();
  // Taken in this order, given back in the reverse one, also where another step fails.
  const undo: (() => void | Promise<void>)[] = [];
  const release = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const step of undo.splice(0).reverse()) {
      try {
        await step();
      } catch (cause) {
        // The first is thrown, the others only told of.
        if (failures.push(cause) > 1) onFailure(cause);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
  try {
    const hold = holdFile(file, startedAt);
    undo.push(() => hold.release());
    const log = await startLogWriter(file);
    undo.push(() => log.close());
    const journal = openJournal(file, { clock });
    undo.push(() => journal.close());
    const data = openSqlite(file, { readonly: true });
    undo.push(() => {
      data.close();
    });
    const writer = startApiWriter(file);
    undo.push(() => writer.close());

    const catalogue = catalogueOf(shiftsApiDocument);
    const keeper = keepPolicy({
      file: data,
      keyId: key.id,
      catalogue,
      open: openOperations,
      clock,
      onFailure,
    });
    const limiter = createLimiter();
    seedLimiter(limiter, keeper.policy, file, clock);
    const failed = countFailedCredentials();
    const responder = createResponder({ clock, journal, onFailure });
    const pipeline = createPipeline({
      clock,
      keeper,
      readHead: createHeadReader(key.hash),
      limiter,
      failed,
      reads: keepReads(createShiftsApi(data), keeper.dataVersion),
      snapshot: data.transaction((work: () => void) => work()),
      writer,
      responder,
      maxPolicyAge: options.maxPolicyAge ?? 5 * SECOND,
      onFailure,
    });
    const policyVersion = () => keeper.policy.version;
    const notHttp = createNotHttp({ clock, journal, policyVersion, onFailure });
    const server = createGatewayServer(pipeline, notHttp, options.headTimeout);
    const address = await server.listen(options.host, options.port);
    undo.push(() => {
      responder.drain();
      return server.close(DRAIN_FOR);
    });
    hold.announce(address);
    const sweeper = setInterval(() => {
      limiter.sweep(SWEEP_TOKENS, clock.monotonic());
      failed.sweep(clock.monotonic());
    }, SWEEP_EVERY).unref();
    undo.push(() => clearInterval(sweeper));
    let stopped: Promise<void> | null = null;
    return {
      address,
      pid: process.pid,
      startedAt,
      policyVersion,
      explain(question) {
        keeper.refresh();
        const { policy } = keeper;
        return explain({ policy, limiter, hash: key.hash, clock, countedBy: 'gateway' }, question);
      },
      stop() {
        stopped ??= release();
        return stopped;
      },
    };
  } catch (thrown) {
    await release().catch(onFailure);
    throw thrown;
  }
}

function reportFailure(cause: unknown): void {
  console.error(
    `gatehouse: gateway: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`,
  );
}
