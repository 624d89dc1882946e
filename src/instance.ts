import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import about from '../package.json' with { type: 'json' };
import { type Clock, systemClock } from './base/clock.ts';
import { Fault } from './base/faults.ts';
import { newId } from './base/ids.ts';
import { lockMaking, readDatabaseState, withDatabase } from './db/instance-database.ts';
import { checkFile, isNewFile, makeFile } from './db/instance-file.ts';
import { migrate, openDatabase } from './db/open.ts';
import type { InstancePlace } from './db/place.ts';
import { openReader, type Reader } from './db/reader.ts';
import type { Schema } from './db/schema.ts';
import { createDemoService } from './demo/service.ts';
import { createDoorService } from './features/admins/door-service.ts';
import { createAdminsService } from './features/admins/service.ts';
import { answerFaults, type CallContext, localOwner } from './features/answer-faults.ts';
import { type AuditLog, createAuditLog } from './features/audit/audit-log.ts';
import { createDoorNotes } from './features/audit/door-notes.ts';
import { createAuditService } from './features/audit/service.ts';
import { createDirectoryService } from './features/directory/service.ts';
import { catalogueOf } from './features/endpoints/catalogue.ts';
import { createEndpointsService } from './features/endpoints/service.ts';
import { createIpRulesService } from './features/ip-rules/service.ts';
import { createLimitsService } from './features/limits/service.ts';
import { type OpenLogs, openLogs } from './features/logs/open-logs.ts';
import { createLogsService } from './features/logs/service.ts';
import { createRetentionService } from './features/retention/service.ts';
import {
  createKeyRing,
  hasKeys,
  type InstanceKeys,
  KEY_VARIABLE,
  keepKeys,
} from './features/tokens/key-ring.ts';
import { settleKeys } from './features/tokens/key-store.ts';
import { createTokensService } from './features/tokens/service.ts';
import { keepCatalogue } from './features/upstream/catalogue.ts';
import { createUpstreamService } from './features/upstream/service.ts';
import { createUsageService } from './features/usage/service.ts';
import { instance } from './instance.contract.ts';
import { openOperations, shiftsApiDocument } from './shifts-api/document.ts';

/** An open instance: everything that can be asked of it, but for starting and stopping its gateway. */
export interface Instance {
  readonly router: ReturnType<typeof createRouter>;
  /** What only a door asks: who shows which credential; and what it has recorded, as a sign-in by a link. */
  readonly door: ReturnType<typeof createDoor>;
  readonly place: InstancePlace;
  /** What a door calls the router with. */
  readonly context: CallContext;
  close(): Promise<void>;
}

/**
 * Opens the instance at a place: makes it, with its key, where there is none, and brings its schema up to date
 * where there is. Any number of processes may do this at once. What is there without its key is refused with
 * `key.missing`, and what is not an instance with `file.invalid` or `database.invalid`. On Postgres a process may have
 * no key: it does all but what needs one, and makes no instance (`database.new`).
 */
export function openInstance(options: {
  place: InstancePlace;
  /** Who asks, as `os:root`. */
  actor: string;
  clock?: Clock;
}): Promise<Instance> {
  const { place, actor, clock = systemClock } = options;
  const begin = async (keys: InstanceKeys): Promise<Instance> => {
    const [db, reader, logs] = [openDatabase(place.database), openReader(place.database), openLogs(place)];
    const close = async () => {
      await Promise.all([db.destroy(), reader.close(), logs.close()]);
    };
    try {
      await migrate(db, place.name);
      const audit = createAuditLog({ db, head: place.auditHead, keys, clock });
      const identity = await identify({ audit, place, keys, actor, now: clock.now() });
      const router = createRouter({ db, place, reader, logs, keys, clock, audit, identity });
      const door = createDoor({ db, clock, audit });
      return { router, door, place, context: localOwner(actor), close };
    } catch (thrown) {
      await close();
      throw thrown;
    }
  };
  return place.database.engine === 'sqlite'
    ? openFile(place.database.file, place, begin)
    : openPostgres(place.database.url, place, begin);
}

type Begin = (keys: InstanceKeys) => Promise<Instance>;

/** The key before the file: whoever sees the file of an instance sees its key as well. */
async function openFile(file: string, place: InstancePlace, begin: Begin): Promise<Instance> {
  if (!isNewFile(file)) checkFile(file);
  else {
    createKeyRing(place);
    makeFile(file);
  }
  return begin(keepKeys(place));
}

/** One process makes the instance, and its key; one that comes meanwhile waits, and finds both. */
const openPostgres = (url: string, place: InstancePlace, begin: Begin): Promise<Instance> =>
  withDatabase(url, async (client) => {
    if (!(await readDatabaseState(client, url)).made) {
      if (!hasKeys(place)) throw new Fault('database.new', { name: place.name, variable: KEY_VARIABLE });
      await lockMaking(client);
      if (!(await readDatabaseState(client, url)).made) createKeyRing(place);
    }
    return begin(keepKeys(place));
  });

interface Identity {
  readonly id: string;
  readonly createdAt: Date;
}

interface Opening {
  readonly audit: AuditLog;
  readonly place: InstancePlace;
  readonly keys: InstanceKeys;
  readonly actor: string;
  readonly now: number;
}

/** Gives a new instance its identity. Another instance's key is refused: with it no token would be known. */
async function identify({ audit, place, keys, actor, now }: Opening): Promise<Identity> {
  const settings = await audit.change(actor, async (tx, record) => {
    await tx
      .insertInto('setting')
      .values([
        { name: 'instance.id', value: newId(now) },
        { name: 'instance.createdAt', value: String(now) },
      ])
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const replaced = keys.present ? await settleKeys(tx, keys, place, now) : null;
    if (replaced !== null)
      record({
        action: 'key.replace',
        subject: { kind: 'key', id: replaced.after, name: replaced.after },
        before: { current: replaced.before },
        after: { current: replaced.after },
      });
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
  readonly place: InstancePlace;
  readonly reader: Reader;
  readonly logs: OpenLogs;
  readonly keys: InstanceKeys;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly identity: Identity;
}

function createRouter({ db, place, reader, logs, keys, clock, audit, identity }: Parts) {
  const catalogue = keepCatalogue(catalogueOf(shiftsApiDocument));
  const { log, usage } = logs;
  return {
    tokens: createTokensService({
      db,
      place,
      keys,
      clock,
      audit,
      catalogue: catalogue.current,
      hygiene: {
        bringIn: log.bringIn,
        addressesSeen: log.addressesSeen,
        endpointsUsed: usage.endpointsUsed,
        openOperations: async (at) =>
          (await catalogue.source(at)).kind === 'built-in' ? openOperations : new Set(),
      },
    }),
    usage: createUsageService({ usage, bringIn: log.bringIn, clock }),
    limits: createLimitsService({
      db,
      reader,
      clock,
      audit,
      log: {
        async counted(since, take) {
          await log.bringIn();
          await log.counted(since, take);
        },
        newestRow: log.newestRow,
      },
      async refusedByTrials() {
        await log.bringIn();
        return usage.trialRefusals(clock.now());
      },
    }),
    ipRules: createIpRulesService({
      db,
      clock,
      audit,
      async addressesSeen(since) {
        await log.bringIn();
        return log.addressesSeen(since);
      },
    }),
    logs: createLogsService({
      log,
      db,
      instance: { id: identity.id, version: about.version },
      clock,
      audit,
    }),
    retention: createRetentionService({ db, audit, log }),
    endpoints: createEndpointsService({ catalogue: () => catalogue.current(db) }),
    upstream: createUpstreamService({ db, place, clock, audit, catalogue }),
    directory: createDirectoryService({ db, clock, audit }),
    admins: createAdminsService({ db, clock, audit }),
    demo: createDemoService({ db, place, keys, clock, audit }),
    audit: createAuditService({ db, head: place.auditHead, keys }),
    instance: createInstanceService(place, identity),
  };
}

const createDoor = (parts: Pick<Parts, 'db' | 'clock' | 'audit'>) => ({
  ...createDoorService(parts),
  ...createDoorNotes(parts.audit),
});

const createInstanceService = (place: InstancePlace, identity: Identity) => {
  const os = implement(instance).$context<CallContext>().use(answerFaults);
  return os.router({
    info: os.info.handler(({ context }) => ({
      ...identity,
      engine: place.database.engine,
      name: place.name,
      keyFile: place.keyFile,
      hasKeys: hasKeys(place),
      version: about.version,
      actor: context.actor,
      role: context.role,
    })),
  });
};
