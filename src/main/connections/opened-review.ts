import { once } from 'node:events';
import { basename } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { type AnyRouter, implement } from '@orpc/server';
import about from '../../../package.json' with { type: 'json' };
import { overCalls } from '../../base/calls.ts';
import { Fault } from '../../base/faults.ts';
import { contract } from '../../contract.ts';
import { answerFaults, type CallContext } from '../../features/answer-faults.ts';
import type { review } from '../../features/logs/review/contract.ts';
import { threadFile } from '../../threads/thread-file.ts';
import type { Opened } from './opened.ts';

/** Files that are reviewed in place of an instance: what only looks at a log and its usage is answered, nothing else. */
export interface OpenedReview extends Opened {
  readonly files: readonly string[];
  /** How far they are read. */
  readonly state: ContractRouterClient<typeof review>['state'];
}

/** The calls that the review's thread answers (features/logs/review/service.ts). */
const ANSWERED: ReadonlySet<unknown> = new Set([
  contract.logs.query,
  contract.logs.get,
  contract.logs.overview,
  contract.logs.tail,
  contract.logs.views.list,
  contract.usage.summary,
]);

/** Begins to read files in a thread of their own. What is wrong with them is in the review's state. */
export function openedReview(files: readonly string[], actor: string): OpenedReview {
  // An auditor's role: nothing here can be changed.
  const context: CallContext = { actor, role: 'auditor', steppedUp: false };
  const { port1: ours, port2: calls } = new MessageChannel();
  const worker = new Worker(threadFile('review'), {
    workerData: { files, context, calls },
    transferList: [calls],
  });
  // A fault of ours in the thread ends this review, and the app goes on: then it answers no call any more.
  worker.on('error', (error) => {
    console.error('gatehouse: the review ended:', error);
    ours.close();
  });
  const client: ContractRouterClient<typeof contract & { review: typeof review }> = createORPCClient(
    new RPCLink({ port: ours as unknown as MessagePort }),
  );
  ours.start();

  const answering = overCalls<{ signal: AbortSignal | undefined }, AnyRouter>(contract, client, (call, ask) =>
    implement({ only: call })
      .$context<CallContext>()
      .use(answerFaults)
      .only.handler(({ input, signal }) => {
        if (!ANSWERED.has(call)) throw new Fault('review.only');
        return ask(input, { signal });
      }),
  );

  const info = implement(contract.instance.info).handler(() => ({
    id: 'review',
    engine: 'sqlite' as const,
    name: files.map((file) => basename(file)).join(', '),
    keyFile: null,
    hasKeys: false,
    createdAt: new Date(0),
    version: about.version,
    actor,
    role: 'auditor' as const,
  }));
  return {
    files,
    router: { ...answering, instance: { info } },
    state: client.review.state,
    context,
    server: null,
    gatewayHere: async () => null,
    async close() {
      const ended = once(worker, 'exit');
      worker.postMessage('close');
      await ended;
      ours.close();
    },
  };
}
