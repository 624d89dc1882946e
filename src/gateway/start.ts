import { anchored, type Clock, HOUR, MINUTE, SECOND, systemClock } from '../base/clock.ts';
import { instanceId } from '../db/instance-id.ts';
import type { InstancePlace } from '../db/place.ts';
import { catalogueOf, compileCatalogue } from '../features/endpoints/catalogue.ts';
import type { CountersQuery, CountersShown } from '../features/limits/contract.ts';
import { readCounters } from '../features/limits/counters.ts';
import { LimitsUnavailable } from '../features/limits/redis/shared-limiter.ts';
import { openJournal } from '../features/logs/journal.ts';
import { openLogs } from '../features/logs/open-logs.ts';
import { startLogWriter } from '../features/logs/writer.ts';
import { keepKeys } from '../features/tokens/key-ring.ts';
import type { CheckedUpstream } from '../features/upstream/check.ts';
import { openUpstream, type UpstreamOverride } from '../features/upstream/open.ts';
import { openOperations, shiftsApiDocument } from '../shifts-api/document.ts';
import type { ExplainQuestion, Explanation } from './contract.ts';
import { engineOf } from './engine.ts';
import { explain } from './explain.ts';
import { countFailedCredentials } from './failed-credentials.ts';
import { createHeadReader } from './head.ts';
import { questionOf } from './judgement.ts';
import { type LimitsOptions, openLimits } from './limits.ts';
import { type GatewayMeasures, watchLoop } from './measures.ts';
import { createNotHttp } from './not-http.ts';
import { createPipeline } from './pipeline.ts';
import type { Resolve } from './proxy/connector.ts';
import { createProxy } from './proxy/proxy.ts';
import { createRehasher } from './rehash.ts';
import { createResponder } from './responder.ts';
import { limitsSource, seedFromLog } from './seed-from-log.ts';
import { createGatewayServer, IMPATIENT, type ServerPatience } from './server.ts';
import { createTally } from './tally.ts';
import { createUndo } from './undo.ts';

export interface GatewayOptions {
  /** Where the instance is; its schema is current. */
  place: InstancePlace;
  host: string;
  /** 0: a free one. */
  port: number;
  /** What is proxied to, in place of what the instance is set to; null: the built-in API. */
  upstream?: UpstreamOverride | undefined;
  /** In place of the system's name service, for the upstream. */
  resolve?: Resolve;
  /** Ranges of proxies that are trusted beside those of the instance. */
  trustProxy?: readonly string[] | undefined;
  /** With whom it counts the limits; default: by itself. */
  limits?: LimitsOptions | undefined;
  clock?: Clock;
  /** Milliseconds that the gateway serves by a policy it could not confirm; default 5000. */
  maxPolicyAge?: number | undefined;
  /** In place of how long slow clients are waited for. */
  patience?: Partial<ServerPatience>;
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
  measures(): GatewayMeasures;
  /** Resolves once what was committed before this call is in force, or the database did not say. */
  caughtUp(): Promise<void>;
  /** How the limits stand now; null: the shared counters cannot be asked. */
  counters(query: CountersQuery): Promise<CountersShown | null>;
  /** What it would decide of a request that came now; faults as `explain`'s. */
  explain(question: ExplainQuestion): Promise<Explanation>;
  /** Takes no more requests, answers those it has, brings their rows into the database, lets go of the file. */
  stop(): Promise<void>;
}

/** Milliseconds that requests in flight get to finish when the gateway stops. */
const DRAIN_FOR = 10 * SECOND;
/** What has gone idle is looked for this often, so many tokens at a time. */
const SWEEP_EVERY = SECOND;
const SWEEP_TOKENS = 2_000;
/** Milliseconds after which what is passed on is judged again: a revoked token's download ends so soon. */
const JUDGE_AGAIN_EVERY = 250;

const NONE: ReadonlySet<string> = new Set();

/**
 * Starts the gateway of an instance in this thread. Ready means: the log has every request that an earlier process
 * answered, and the counters of the limits stand where they stood. Refused with `gateway.busy` where another process
 * holds the file, `gateway.port` where the address is taken, as openUpstream where there is no such upstream, `key.missing` and `key.invalid`.
 */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { place, clock: machine = systemClock } = options;
  const clock = anchored(machine);
  const onFailure = options.onFailure ?? reportFailure;
  const engine = engineOf(place);
  const keys = keepKeys(place);
  const startedAt = clock.now();
  const undo = createUndo(onFailure);
  try {
    const hold = await engine.hold(clock, onFailure);
    undo.push(() => hold.release());
    const upstream = await openUpstream(place.database, options.upstream, startedAt);
    const logWriter = await startLogWriter(place, { gateway: hold.identity });
    undo.push(() => logWriter.close());
    const journal = openJournal(journalOf(place), logWriter.lastSegment, { clock });
    undo.push(() => journal.close());
    const data = engine.openData();
    undo.push(() => data.close());
    const logs = openLogs(place);
    undo.push(() => logs.close());

    const catalogue =
      upstream === null ? catalogueOf(shiftsApiDocument) : compileCatalogue(upstream.endpoints);
    const limits = openLimits(options.limits ?? null, {
      instanceId: await data.read(instanceId()),
      clock,
      onFailure,
    });
    undo.push(() => limits.close());
    const { keeper, ...kept } = await data.keep({
      keys,
      catalogue,
      open: upstream === null ? openOperations : NONE,
      alwaysTrusted: options.trustProxy,
      clock,
      onReset: (tokenId, mark) => limits.reset(tokenId, mark),
      onFailure,
    });
    const { policy } = keeper;
    const question = (tokenId: string) => questionOf(policy, tokenId);
    const source = { read: data.read, log: logs.log, clock: machine, policy, origin: clock.origin };
    await limits.begin(limitsSource(source));
    if (limits.countsHere) await seedFromLog(limits.limiter, source);
    const wallClock = data.watchClock(machine);
    wallClock.look();
    undo.push(() => wallClock.look());
    const failed = countFailedCredentials();
    const maxPolicyAge = options.maxPolicyAge ?? 5 * SECOND;
    const loop = watchLoop();
    undo.push(() => {
      loop.stop();
    });
    const tally = createTally();
    const responder = createResponder({ clock, journal, tally, onFailure });
    const proxy =
      upstream === null
        ? null
        : createProxy({
            upstream,
            placeNames: await kept.placeNames(),
            clock,
            responder,
            resolve: options.resolve,
          });
    if (proxy !== null) undo.push(() => proxy.close());
    const pipeline = createPipeline({
      clock,
      keeper,
      readHead: createHeadReader(() => keys.ring),
      limiter: limits.limiter,
      trials: limits.trials,
      shared: limits.shared,
      failed,
      rehasher: createRehasher(() => keys.ring.current.id, logWriter.rehash, clock),
      reads: kept.reads,
      snapshot: kept.snapshot,
      writer: kept.writer,
      responder,
      proxy,
      maxPolicyAge,
      onFailure,
    });
    const policyVersion = () => keeper.policy.version;
    const notHttp = createNotHttp({ clock, journal, tally, policyVersion, onFailure });
    const patience = { ...(upstream === null ? IMPATIENT : patienceFor(upstream)), ...options.patience };
    const server = createGatewayServer(pipeline, notHttp, patience);
    const address = await server.listen(options.host, options.port);
    undo.push(() => {
      responder.drain();
      return server.close(DRAIN_FOR);
    });
    await hold.announce(address, () => ({ policyVersion: policyVersion(), limits: limits.mode }));
    const sweeper = setInterval(() => {
      limits.sweep(SWEEP_TOKENS, clock.monotonic());
      try {
        wallClock.look();
      } catch (cause) {
        onFailure(cause);
      }
      failed.sweep(clock.monotonic());
    }, SWEEP_EVERY).unref();
    undo.push(() => clearInterval(sweeper));
    if (proxy !== null) {
      const again = setInterval(() => pipeline.judgeRunning(), JUDGE_AGAIN_EVERY).unref();
      undo.push(() => clearInterval(again));
    }
    let stopped: Promise<void> | null = null;
    return {
      address,
      pid: process.pid,
      startedAt,
      policyVersion,
      measures() {
        keeper.refresh();
        const age = keeper.age();
        return {
          counts: tally.read(),
          log: logWriter.progress(),
          policy: { version: policyVersion(), age },
          limits: limits.mode,
          loopLag: loop.read(),
          unready:
            age > maxPolicyAge
              ? 'policy.stale'
              : responder.unavailable
                ? 'log.unavailable'
                : limits.mode === 'unavailable'
                  ? 'limits.unavailable'
                  : null,
        };
      },
      caughtUp: () => keeper.caughtUp(),
      async counters(query) {
        // A reset, or a changed limit, shows although no request came since.
        keeper.refresh();
        const nameOf = (tokenId: string) => policy.nameOf(tokenId);
        try {
          const from = { counters: limits.counters, clock, question, nameOf };
          return { source: 'gateway', ...(await readCounters(from, query)) };
        } catch (cause) {
          if (cause instanceof LimitsUnavailable) return null;
          throw cause;
        }
      },
      explain(asked) {
        keeper.refresh();
        return explain({ policy, limits, ring: () => keys.ring, clock, countedBy: 'gateway' }, asked);
      },
      stop() {
        stopped ??= undo.all();
        return stopped;
      },
    };
  } catch (thrown) {
    await undo.all().catch(onFailure);
    throw thrown;
  }
}

/** A body that is passed on may be large; and who waits for the upstream must not be taken for gone. */
function patienceFor({ settings }: CheckedUpstream): ServerPatience {
  const { connectSeconds, headersSeconds, idleSeconds } = settings;
  return {
    ...IMPATIENT,
    request: HOUR,
    idle: (connectSeconds + headersSeconds + idleSeconds) * SECOND + MINUTE,
  };
}

/** Where the gateway's journal lies; nothing is served from where it would have none. */
function journalOf({ journal, name }: InstancePlace): string {
  if (journal === null) throw new Error(`no gateway can run on ${name} without a folder of its own`);
  return journal;
}

function reportFailure(cause: unknown): void {
  console.error(
    `gatehouse: gateway: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`,
  );
}
