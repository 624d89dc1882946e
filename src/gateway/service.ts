import { implement } from '@orpc/server';
import { Fault } from '../base/faults.ts';
import { takeFileLock } from '../db/file-lock.ts';
import { openSqlite } from '../db/open.ts';
import { answerFaults, type CallContext } from '../features/answer-faults.ts';
import {
  type ExplainQuestion,
  type Explanation,
  type GatewayStatus,
  gatewayControl,
  insight,
} from './contract.ts';
import type { ControlledGateway, GatewayPlace } from './control.ts';

const os = implement({ ...gatewayControl, explain: insight.explain })
  .$context<CallContext>()
  .use(answerFaults);

export interface GatewayKeeper {
  status(): Promise<GatewayStatus>;
  start(host: string, port: number): Promise<GatewayStatus>;
  stop(): Promise<GatewayStatus>;
  /** What the gateway that this process runs would decide; null where it runs none. */
  explain(question: ExplainQuestion): Promise<Explanation | null>;
}

interface GatewayProcess {
  pid: number;
  address: string | null;
  started_at: number;
}

const stopped: GatewayStatus = {
  state: 'stopped',
  address: null,
  pid: null,
  startedAt: null,
  policyVersion: null,
  upstream: 'built-in',
};

/**
 * Keeps the gateway that this process may run on `file`: at most one, started and stopped one after the other.
 * `onFailure` hears of one that ended by itself; it shows as stopped, and can be started again.
 */
export function keepGateway(
  file: string,
  begin: (place: GatewayPlace) => Promise<ControlledGateway>,
  onFailure: (error: unknown) => void,
): GatewayKeeper {
  let running: ControlledGateway | null = null;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };

  const status = async (): Promise<GatewayStatus> => {
    if (running)
      return {
        ...stopped,
        state: 'running',
        address: running.address,
        pid: process.pid,
        startedAt: new Date(running.startedAt),
        policyVersion: await running.policyVersion(),
      };
    const other = holderOf(file);
    if (other === null) return stopped;
    return {
      ...stopped,
      state: 'elsewhere',
      address: other.address,
      pid: other.pid,
      startedAt: new Date(other.started_at),
    };
  };

  return {
    status: () => inTurn(status),
    start: (host, port) =>
      inTurn(async () => {
        if (running === null) {
          const begun = await begin({ file, host, port });
          running = begun;
          void begun.ended.then((failure) => {
            if (running === begun) running = null;
            if (failure !== null) onFailure(failure);
          });
        }
        return status();
      }),
    explain: (question) => inTurn(async () => (running === null ? null : running.explain(question))),
    stop: () =>
      inTurn(async () => {
        if (running) {
          const stopping = running;
          running = null;
          await stopping.stop();
          return status();
        }
        const now = await status();
        if (now.state === 'elsewhere') throw new Fault('gateway.remote', { pid: now.pid });
        return now;
      }),
  };
}

/** Who holds the file's lock, if somebody does. */
function holderOf(file: string): GatewayProcess | null {
  const lock = takeFileLock(file);
  if (lock) {
    lock.release();
    return null;
  }
  const db = openSqlite(file, { readonly: true });
  try {
    const row = db.prepare<[], GatewayProcess>('SELECT pid, address, started_at FROM gateway_process').get();
    return row ?? null;
  } finally {
    db.close();
  }
}

/** @param explainAtRest answers where this process runs no gateway that could */
export const createGatewayService = (
  keeper: GatewayKeeper,
  explainAtRest: (question: ExplainQuestion) => Promise<Explanation>,
) =>
  os.router({
    status: os.status.handler(() => keeper.status()),
    start: os.start.handler(({ input }) => keeper.start(input.host, input.port)),
    stop: os.stop.handler(() => keeper.stop()),
    explain: os.explain.handler(
      async ({ input }) => (await keeper.explain(input)) ?? (await explainAtRest(input)),
    ),
  });
