import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { type AnyRouter, implement } from '@orpc/server';
import { overCalls } from './base/calls.ts';
import { Fault } from './base/faults.ts';
import type { CallMeta } from './base/roles.ts';
import { contract } from './contract.ts';
import type { InstancePlace } from './db/place.ts';
import type { door } from './features/admins/contract.ts';
import { answerFaults, type CallContext, localOwner } from './features/answer-faults.ts';
import type { doorNotes } from './features/audit/door-notes.contract.ts';
import type { Note } from './features/audit/door-notes.ts';
import type { UpstreamOverride } from './features/upstream/open.ts';
import { insight } from './gateway/contract.ts';
import { startHere, startInThread } from './gateway/control.ts';
import type { LimitsOptions } from './gateway/limits.ts';
import { createGatewayService, type GatewayKeeper, keepGateway } from './gateway/service.ts';
import type { AdminReport } from './threads/admin-report.ts';
import { type Asking, writeAsking } from './threads/asking.ts';
import { threadFile } from './threads/thread-file.ts';

/** All but the calls that start and stop the gateway, which the host answers itself. */
const ofInstance = { ...contract, gateway: insight };

/** What the instance's thread answers. Nobody but a door of this process asks what is under `door`. */
export type InstanceClient = ContractRouterClient<
  typeof ofInstance & { door: typeof door & typeof doorNotes },
  Asking
>;

/** An instance as a long-running process has it: the services in a thread, and a gateway where one is started. */
export interface Host {
  /** The whole contract, for a door to serve. */
  readonly router: AnyRouter;
  /** What a door calls the router with on behalf of who opened the host. */
  readonly context: CallContext;
  /** Asks as that one too, unless a call says for whom. */
  readonly client: InstanceClient;
  readonly gateway: GatewayKeeper;
  /** Records what a door does itself, as a sign-in. */
  readonly note: Note;
  readonly place: InstancePlace;
  /** Drains the gateway, then ends the threads. */
  close(): Promise<void>;
}

/**
 * Opens the instance at a place (makes it where there is none) with its services in a thread of their own, so that
 * a long query holds up neither clients nor the window. Faults as openInstance's.
 * @param options.gateway where a gateway will run: in this thread, or in one of its own
 */
export async function openHost(options: {
  place: InstancePlace;
  actor: string;
  gateway: 'here' | 'thread';
  /** What this process's gateway proxies to, in place of what the instance is set to. */
  upstream?: UpstreamOverride | undefined;
  /** Ranges of proxies that this process's gateway trusts beside those of the instance. */
  trustProxy?: readonly string[];
  /** With whom this process's gateway counts the limits; default: by itself. */
  limits?: LimitsOptions | undefined;
  /** Milliseconds that this process's gateway serves by a policy that it cannot confirm; default 5000. */
  maxPolicyAge?: number | undefined;
}): Promise<Host> {
  const { place } = options;
  const { port1: ours, port2: calls } = new MessageChannel();
  const worker = new Worker(threadFile('admin'), {
    workerData: { place, actor: options.actor, calls },
    transferList: [calls],
  });
  const ended = new Promise<void>((done) => worker.once('exit', () => done()));
  const [report] = (await once(worker, 'message')) as [AdminReport];
  if (report.type === 'failed') {
    await ended;
    throw new Fault(report.code, report.data);
  }
  // A fault of ours in the thread ends the process: services that are gone cannot revoke anything.
  worker.on('error', (error) => {
    throw error;
  });
  const own = localOwner(options.actor);
  const client: InstanceClient = createORPCClient(
    new RPCLink<Asking>({
      port: ours as unknown as MessagePort,
      headers: ({ context }) => writeAsking(context.caller ?? context.visitor ?? own),
    }),
  );
  ours.start();

  const note: Note = (actor, recorded) => client.door.note({ actor, ...recorded });
  const begin = options.gateway === 'here' ? startHere : startInThread;
  const gateway = keepGateway(
    place,
    (at) =>
      begin({
        ...at,
        upstream: options.upstream,
        trustProxy: options.trustProxy,
        limits: options.limits,
        maxPolicyAge: options.maxPolicyAge,
      }),
    (error) => console.error('gatehouse: the gateway ended:', error),
    options.trustProxy,
  );
  return {
    client,
    router: {
      ...forwarding(ofInstance, client, gateway.caughtUp),
      gateway: {
        ...forwarding(insight, client.gateway, gateway.caughtUp),
        ...createGatewayService(gateway, {
          counters: (query) => client.limits.counters(query),
          explain: (question) => client.gateway.explain(question),
          note,
        }),
      },
    },
    context: own,
    gateway,
    note,
    place,
    close: async () => {
      await gateway.close();
      worker.postMessage('close');
      await ended;
      ours.close();
    },
  };
}

/**
 * A router that answers each call of `part` by asking `client`; who may not make it is refused here already. What a call
 * changed is in force in this process's gateway when it returns.
 */
const forwarding = (part: object, client: unknown, inForce: () => Promise<void>): Record<string, AnyRouter> =>
  overCalls<CallOptions, AnyRouter>(part, client, (call, ask) =>
    // As a router of one: a middleware of a single call would run behind the check of its input.
    implement({ only: call })
      .$context<CallContext>()
      .use(answerFaults)
      .only.handler(async ({ input, signal, context }) => {
        const answer = await ask(input, { signal, context: { caller: context } });
        if ((call['~orpc'].meta as CallMeta).needs !== 'reads') await inForce();
        return answer;
      }),
  );

interface CallOptions {
  signal: AbortSignal | undefined;
  context: Asking;
}
