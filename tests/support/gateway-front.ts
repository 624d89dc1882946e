import { systemClock } from '../../src/base/clock.ts';
import { catalogueOf } from '../../src/features/endpoints/catalogue.ts';
import { createLimiter } from '../../src/features/limits/limiter.ts';
import type { LogRecord } from '../../src/features/logs/record.ts';
import type { KeyRing } from '../../src/features/tokens/key-ring.ts';
import { countFailedCredentials } from '../../src/gateway/failed-credentials.ts';
import { createHeadReader } from '../../src/gateway/head.ts';
import { createNotHttp } from '../../src/gateway/not-http.ts';
import { createPipeline, type PipelineParts } from '../../src/gateway/pipeline.ts';
import { MutablePolicy } from '../../src/gateway/policy.ts';
import { createResponder } from '../../src/gateway/responder.ts';
import { createGatewayServer } from '../../src/gateway/server.ts';
import { createTally } from '../../src/gateway/tally.ts';

const operations = { get: { operationId: 'read' }, post: { operationId: 'write' } };
const catalogue = catalogueOf({ openapi: '3.1.0', paths: { '/open': operations } });
const plainKey = { id: 'k', hash: (secret: string) => Buffer.from(secret) };
/** For tests: a ring with one key, under which a secret is its own hash. */
export const plainRing: KeyRing = { current: plainKey, keys: [plainKey], source: 'file' };
const done = { status: 200, body: '{}', reason: null } as const;

/**
 * For tests of what a gateway does when a part of it fails: its front over real HTTP, with a journal that `append`
 * stands in for, and an API that anybody may read and write.
 */
export async function makeFront(
  append: (record: LogRecord) => Promise<void>,
  parts: Partial<PipelineParts> = {},
) {
  const policy = new MutablePolicy([plainRing.current.id], catalogue, new Set(['read', 'write']));
  const failures: unknown[] = [];
  const onFailure = (cause: unknown) => failures.push(cause);
  const journal = { append, close: async () => undefined };
  const tally = createTally();
  const responder = createResponder({ clock: systemClock, journal, tally, onFailure });
  const served: string[] = [];
  const pipeline = createPipeline({
    clock: systemClock,
    keeper: { policy, refresh: () => undefined, caughtUp: async () => undefined, age: () => 0 },
    readHead: createHeadReader(() => plainRing),
    limiter: createLimiter(),
    trials: createLimiter(),
    shared: null,
    failed: countFailedCredentials(),
    rehasher: { verified: () => undefined },
    reads: {
      read() {
        served.push('read');
        return done;
      },
    },
    snapshot: (work) => work(),
    writer: {
      async handle() {
        served.push('write');
        return { answer: done, durationMs: 0 };
      },
      close: async () => undefined,
    },
    proxy: null,
    responder,
    maxPolicyAge: 1_000,
    onFailure,
    ...parts,
  });
  const notHttp = createNotHttp({ clock: systemClock, journal, tally, policyVersion: () => 1, onFailure });
  const server = createGatewayServer(pipeline, notHttp);
  const address = await server.listen('127.0.0.1', 0);
  return {
    address,
    /** What came as far as the API. */
    served,
    failures,
    counted: () => tally.read(),
    drain: responder.drain,
    ask: (init: RequestInit = {}) => fetch(`${address}/open`, init),
    close: () => server.close(0),
  };
}
