import { Worker } from 'node:worker_threads';
import { Fault, type FaultCode, type FaultData } from '../base/faults.ts';
import type { InstancePlace } from '../db/place.ts';
import type { CountersQuery, CountersShown } from '../features/limits/contract.ts';
import type { UpstreamOverride } from '../features/upstream/open.ts';
import { threadFile } from '../threads/thread-file.ts';
import type { ExplainQuestion, Explanation } from './contract.ts';
import type { LimitsOptions } from './limits.ts';
import type { GatewayMeasures } from './measures.ts';
import { startGateway } from './start.ts';

/** A gateway that runs in this process. */
export interface ControlledGateway {
  /** `http://host:port`. */
  readonly address: string;
  /** Unix ms. */
  readonly startedAt: number;
  policyVersion(): Promise<number>;
  measures(): Promise<GatewayMeasures>;
  /** Resolves once what was committed before this call is in force, or the database did not say. */
  caughtUp(): Promise<void>;
  /** null: the shared counters cannot be asked. */
  counters(query: CountersQuery): Promise<CountersShown | null>;
  /** What it would decide of a request that came now; faults as `explain`'s. */
  explain(question: ExplainQuestion): Promise<Explanation>;
  /** Drains: requests in flight are answered and logged, then everything is closed. */
  stop(): Promise<void>;
  /** Resolves when it has ended, by whatever; with the error where it failed. */
  readonly ended: Promise<unknown>;
}

export interface GatewayPlace {
  /** Where the instance is. */
  place: InstancePlace;
  host: string;
  port: number;
  /** What is proxied to, in place of what the instance is set to. */
  upstream?: UpstreamOverride | undefined;
  /** Ranges of proxies that are trusted beside those of the instance. */
  trustProxy?: readonly string[] | undefined;
  /** With whom it counts the limits; default: by itself. */
  limits?: LimitsOptions | undefined;
  /** Milliseconds that it serves by a policy that it cannot confirm; default 5000. */
  maxPolicyAge?: number | undefined;
}

/** What the gateway's thread tells, and what it is told. */
export type GatewayReport =
  | { type: 'ready'; address: string; startedAt: number }
  | { type: 'failed'; code: FaultCode; data: FaultData }
  | { type: 'policyVersion'; version: number }
  | { type: 'measures'; measures: GatewayMeasures }
  | { type: 'counters'; shown: CountersShown | null }
  | { type: 'explained'; explanation: Explanation }
  | { type: 'refused'; code: FaultCode; data: FaultData };
export type GatewayOrder =
  | 'stop'
  | 'policyVersion'
  | 'measures'
  | { readonly counters: CountersQuery }
  | { readonly explain: ExplainQuestion };

/** Starts a gateway in this thread. */
export async function startHere(place: GatewayPlace): Promise<ControlledGateway> {
  const gateway = await startGateway(place);
  const stopped = Promise.withResolvers<unknown>();
  return {
    address: gateway.address,
    startedAt: gateway.startedAt,
    policyVersion: async () => gateway.policyVersion(),
    measures: async () => gateway.measures(),
    caughtUp: () => gateway.caughtUp(),
    counters: (query) => gateway.counters(query),
    explain: (question) => gateway.explain(question),
    stop: async () => {
      await gateway.stop();
      stopped.resolve(null);
    },
    ended: stopped.promise,
  };
}

/** Starts a gateway in a thread of its own, so that it and the caller's event loop do not wait for each other. */
export async function startInThread(place: GatewayPlace): Promise<ControlledGateway> {
  const worker = new Worker(threadFile('gateway'), { workerData: place });
  let failure: unknown = null;
  worker.on('error', (error) => {
    failure = error;
  });
  const ended = new Promise<unknown>((resolve) => worker.once('exit', () => resolve(failure)));
  const report = await nextReport(worker);
  if (report.type === 'failed') {
    await ended;
    throw new Fault(report.code, report.data);
  }
  if (report.type !== 'ready') throw new Error(`the gateway's thread began with ${report.type}`);
  let last: Promise<unknown> = Promise.resolve();
  /** One order at a time, as reports do not say what they answer. */
  const ask = (order: GatewayOrder): Promise<GatewayReport> => {
    const asked = last.then(() => {
      worker.postMessage(order);
      return nextReport(worker);
    });
    last = asked.then(
      () => {},
      () => {},
    );
    return asked;
  };
  return {
    address: report.address,
    startedAt: report.startedAt,
    policyVersion: async () => {
      const answer = await ask('policyVersion');
      if (answer.type !== 'policyVersion') throw new Error(`the gateway's thread answered ${answer.type}`);
      return answer.version;
    },
    measures: async () => {
      const answer = await ask('measures');
      if (answer.type !== 'measures') throw new Error(`the gateway's thread answered ${answer.type}`);
      return answer.measures;
    },
    // One on a file is with each request.
    caughtUp: async () => undefined,
    counters: async (counters) => {
      const answer = await ask({ counters });
      if (answer.type !== 'counters') throw new Error(`the gateway's thread answered ${answer.type}`);
      return answer.shown;
    },
    explain: async (question) => {
      const answer = await ask({ explain: question });
      if (answer.type === 'refused') throw new Fault(answer.code, answer.data);
      if (answer.type !== 'explained') throw new Error(`the gateway's thread answered ${answer.type}`);
      return answer.explanation;
    },
    stop: async () => {
      worker.postMessage('stop' satisfies GatewayOrder);
      await ended;
    },
    ended,
  };
}

const nextReport = (worker: Worker): Promise<GatewayReport> =>
  new Promise((resolve, reject) => {
    const done = () => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    };
    const onMessage = (report: GatewayReport) => {
      done();
      resolve(report);
    };
    const onError = (error: Error) => {
      done();
      reject(error);
    };
    const onExit = () => {
      done();
      reject(new Error("the gateway's thread ended"));
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
