import { implement } from '@orpc/server';
import { Fault } from '../base/faults.ts';
import type { InstancePlace } from '../db/place.ts';
import { answerFaults, type CallContext } from '../features/answer-faults.ts';
import type { Note } from '../features/audit/door-notes.ts';
import type { CountersQuery, CountersShown } from '../features/limits/contract.ts';
import { lookAround } from './around.ts';
import {
  type ExplainQuestion,
  type Explanation,
  type GatewayStatus,
  gatewayControl,
  insight,
} from './contract.ts';
import type { ControlledGateway, GatewayPlace } from './control.ts';
import type { GatewayMeasures } from './measures.ts';
import { addressTowards } from './own-address.ts';

const os = implement({ ...gatewayControl, explain: insight.explain })
  .$context<CallContext>()
  .use(answerFaults);

export interface GatewayKeeper {
  status(): Promise<GatewayStatus>;
  /** Without a host or a port: where it listened last, so that clients find it again; at first loopback, a free port. */
  start(host?: string, port?: number): Promise<GatewayStatus>;
  stop(): Promise<GatewayStatus>;
  /** The address of this process's machine as the gateway sees it; refused with `gateway.stopped`. */
  ownAddress(): Promise<string>;
  /** Resolves once the gateway that runs here, if one does, has applied what was committed before this call. */
  caughtUp(): Promise<void>;
  /** Of the gateway that runs here; null where none does. */
  measures(): Promise<GatewayMeasures | null>;
  /** Of the gateway that runs here; null where none does, or where it cannot ask them. */
  counters(query: CountersQuery): Promise<CountersShown | null>;
  /** What the gateway that this process runs would decide; null where it runs none. */
  explain(question: ExplainQuestion): Promise<Explanation | null>;
  /** Stops the gateway if one runs here. */
  close(): Promise<void>;
}

const stopped: Omit<GatewayStatus, 'upstream' | 'gateways'> = {
  state: 'stopped',
  address: null,
  pid: null,
  startedAt: null,
  policyVersion: null,
  place: null,
  trustedProxies: null,
};

/**
 * Keeps the gateway that this process may run on an instance: at most one, started and stopped one after the other.
 * `onFailure` hears of one that ended by itself; it shows as stopped, and can be started again. `trustedHere` are the
 * proxies that it trusts beside those of the instance.
 */
export function keepGateway(
  instance: InstancePlace,
  begin: (place: GatewayPlace) => Promise<ControlledGateway>,
  onFailure: (error: unknown) => void,
  trustedHere: readonly string[] = [],
): GatewayKeeper {
  const around = lookAround(instance.database);
  let running: ControlledGateway | null = null;
  let place: GatewayStatus['place'] = null;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };

  const status = async (): Promise<GatewayStatus> => {
    const [upstream, gateways] = [await around.upstream(), await around.gateways()];
    const all = { ...stopped, upstream, gateways };
    if (running) {
      const policyVersion = await running.policyVersion();
      return {
        ...all,
        // What others see of it is a few seconds old.
        gateways: gateways.map((one) => (one.here ? { ...one, policyVersion } : one)),
        place,
        state: 'running',
        address: running.address,
        pid: process.pid,
        startedAt: new Date(running.startedAt),
        policyVersion,
        trustedProxies: [...trustedHere],
      };
    }
    const other = gateways.find(({ gone }) => !gone);
    if (other === undefined) return { ...all, place };
    const { address, pid, startedAt } = other;
    return { ...all, state: 'elsewhere', address, pid, startedAt };
  };

  return {
    status: () => inTurn(status),
    ownAddress: async () => {
      const { address } = await inTurn(status);
      if (address === null) throw new Fault('gateway.stopped');
      return addressTowards(address);
    },
    // Not in turn, so that a probe is answered while a gateway drains.
    measures: async () => (running === null ? null : running.measures()),
    caughtUp: async () => running?.caughtUp(),
    counters: (query) => inTurn(async () => (running === null ? null : running.counters(query))),
    start: (host = place?.host ?? '127.0.0.1', port = place?.port ?? 0) =>
      inTurn(async () => {
        if (running === null) {
          const begun = await begin({ place: instance, host, port });
          running = begun;
          place = { host, port: Number(new URL(begun.address).port) };
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
    close: () =>
      inTurn(async () => {
        const stopping = running;
        running = null;
        try {
          await stopping?.stop();
        } finally {
          await around.close();
        }
      }),
  };
}

/** @param atRest answers where this process runs no gateway that could, and records what an admin does to it */
export const createGatewayService = (
  keeper: GatewayKeeper,
  atRest: {
    counters(query: CountersQuery): Promise<CountersShown>;
    explain(question: ExplainQuestion): Promise<Explanation>;
    note: Note;
  },
) => {
  const changing = async (
    { actor }: CallContext,
    action: 'gateway.start' | 'gateway.stop',
    change: () => Promise<GatewayStatus>,
  ): Promise<GatewayStatus> => {
    const before = await keeper.status();
    const after = await change();
    const subject = { kind: 'gateway', id: '', name: '' };
    await atRest.note(actor, { action, subject, before: whereOf(before), after: whereOf(after) });
    return after;
  };
  return os.router({
    status: os.status.handler(() => keeper.status()),
    counters: os.counters.handler(
      async ({ input }) => (await keeper.counters(input)) ?? (await atRest.counters(input)),
    ),
    start: os.start.handler(({ input, context }) =>
      changing(context, 'gateway.start', () => keeper.start(input.host, input.port)),
    ),
    ownAddress: os.ownAddress.handler(async () => ({ address: await keeper.ownAddress() })),
    stop: os.stop.handler(({ context }) => changing(context, 'gateway.stop', () => keeper.stop())),
    explain: os.explain.handler(
      async ({ input }) => (await keeper.explain(input)) ?? (await atRest.explain(input)),
    ),
  });
};

const whereOf = ({ state, address }: GatewayStatus) => ({ state, address });
