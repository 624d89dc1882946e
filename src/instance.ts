import { resolve } from 'node:path';
import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import about from '../package.json' with { type: 'json' };
import { type Clock, systemClock } from './base/clock.ts';
import { newId } from './base/ids.ts';
import { checkFile, isNewFile, makeFile } from './db/instance-file.ts';
import { inTransaction, kyselyOver, migrate, openSqlite } from './db/open.ts';
import type { Schema } from './db/schema.ts';
import { createDemoService } from './demo/service.ts';
import { createDoorService } from './features/admins/door-service.ts';
import { createAdminsService } from './features/admins/service.ts';
import { answerFaults, type CallContext, localOwner } from './features/answer-faults.ts';
import { createDirectoryService } from './features/directory/service.ts';
import { catalogueOf } from './features/endpoints/catalogue.ts';
import { createEndpointsService } from './features/endpoints/service.ts';
import { createIpRulesService } from './features/ip-rules/service.ts';
import { createLimitsService } from './features/limits/service.ts';
import { readCounted } from './features/logs/counted.ts';
import { ingestIfIdle } from './features/logs/replay.ts';
import { newestRowTime } from './features/logs/retention.ts';
import { addressesSeen } from './features/logs/seen.ts';
import { createLogsService } from './features/logs/service.ts';
import { createKeyRing, type InstanceKeys, keepKeys, keyFileOf } from './features/tokens/key-ring.ts';
import { settleKeys } from './features/tokens/key-store.ts';
import { createTokensService } from './features/tokens/service.ts';
import { keepCatalogue } from './features/upstream/catalogue.ts';
import { createUpstreamService } from './features/upstream/service.ts';
import { createUsageService } from './features/usage/service.ts';
import { endpointsUsed } from './features/usage/store.ts';
import { readTrialRefusals } from './features/usage/trial-refusals.ts';
import { instance } from './instance.contract.ts';
import { openOperations, shiftsApiDocument } from './shifts-api/document.ts';

/** An open instance: everything that can be asked of it, but for starting and stopping its gateway. */
export interface Instance {
  readonly router: ReturnType<typeof createRouter>;
  /** What only a door asks: who shows which credential. */
  readonly door: ReturnType<typeof createDoorService>;
  /** The absolute path of its main file. */
  readonly file: string;
  /** What a door calls the router with. */
  readonly context: CallContext;
  close(): Promise<void>;
}

/**
 * Opens the instance in `file`: makes it, with its key, where there is none, and brings its schema up to date
 * where there is. Any number of processes may do this at once. A file without its key is refused with
 * `key.missing`, and what is not an instance with `file.invalid`.
 */
export async function openInstance(options: {
  file: string;
  /** Who asks, as `os:root`. */
  actor: string;
  clock?: Clock;
}): Promise<Instance> {
  const { actor, clock = systemClock } = options;
  const file = resolve(options.file);
  const keys = openFile(file);
  const db = kyselyOver<Schema>(openSqlite(file));
  try {
    await migrate(db, file);
    const identity = await identify(db, file, keys, clock.now());
    const router = createRouter({ db, file, keys, clock, identity });
    const door = createDoorService({ db, clock });
    return { router, door, file, context: localOwner(actor), close: () => db.destroy() };
  } catch (thrown) {
    await db.destroy();
    throw thrown;
  }
}

/** The key before the file: whoever sees the file of an instance sees its key as well. */
function openFile(file: string): InstanceKeys {
  if (!isNewFile(file)) {
    checkFile(file);
    return keepKeys(file);
  }
  createKeyRing(file);
  makeFile(file);
  return keepKeys(file);
}

interface Identity {
  readonly id: string;
  readonly createdAt: Date;
}

/** Gives a new instance its identity. Another instance's key is refused: with it no token would be known. */
async function identify(
  db: Kysely<Schema>,
  file: string,
  keys: InstanceKeys,
  now: number,
): Promise<Identity> {
  const settings = await inTransaction(db, async (tx) => {
    await tx
      .insertInto('setting')
      .values([
        { name: 'instance.id', value: newId(now) },
        { name: 'instance.createdAt', value: String(now) },
      ])
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await settleKeys(tx, keys, file, now);
    return new Map(
      (
        await tx
          .selectFrom('setting')
          .selectAll()
          .where('name', 'in', ['instance.id', 'instance.createdAt', 'key.id'])
          .execute()
      ).map((row) => [row.name, row.value]),
    );
  });
  return {
    id: settings.get('instance.id') ?? '',
    createdAt: new Date(Number(settings.get('instance.createdAt'))),
  };
}

interface Parts {
  readonly db: Kysely<Schema>;
  readonly file: string;
  readonly keys: InstanceKeys;
  readonly clock: Clock;
  readonly identity: Identity;
}

function createRouter({ db, file, keys, clock, identity }: Parts) {
  const catalogue = keepCatalogue(catalogueOf(shiftsApiDocument));
  const beforeRead = () => ingestIfIdle(file);
  const seen = (since: number) => {
    beforeRead();
    return addressesSeen(file, since);
  };
  return {
    tokens: createTokensService({
      db,
      file,
      keys,
      clock,
      catalogue: catalogue.current,
      hygiene: {
        bringIn: beforeRead,
        addressesSeen: (since, tokenIds) => addressesSeen(file, since, tokenIds),
        endpointsUsed: (tokenIds) => endpointsUsed(file, tokenIds),
        openOperations: async (at) =>
          (await catalogue.source(at)).kind === 'built-in' ? openOperations : new Set(),
      },
    }),
    usage: createUsageService({ file, beforeRead, clock }),
    limits: createLimitsService({
      db,
      file,
      clock,
      log: {
        counted: (since, take) => {
          beforeRead();
          readCounted(file, since, take);
        },
        newestRow: () => newestRowTime(file),
      },
      refusedByTrials: () => {
        beforeRead();
        return readTrialRefusals(file, clock.now());
      },
    }),
    ipRules: createIpRulesService({
      db,
      clock,
      addressesSeen: seen,
    }),
    logs: createLogsService({ file, beforeRead, clock }),
    endpoints: createEndpointsService({ catalogue: () => catalogue.current(db) }),
    upstream: createUpstreamService({ db, file, clock, catalogue }),
    directory: createDirectoryService({ db, clock }),
    admins: createAdminsService({ db, clock }),
    demo: createDemoService({ db, file, keys, clock }),
    instance: createInstanceService(file, identity),
  };
}

const createInstanceService = (file: string, identity: Identity) => {
  const os = implement(instance).$context<CallContext>().use(answerFaults);
  return os.router({
    info: os.info.handler(({ context }) => ({
      ...identity,
      file,
      keyFile: keyFileOf(file),
      version: about.version,
      actor: context.actor,
      role: context.role,
    })),
  });
};
