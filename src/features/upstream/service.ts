import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import { takeFileLock } from '../../db/file-lock.ts';
import type { InstancePlace } from '../../db/place.ts';
import { runningGateways } from '../../db/running-gateways.ts';
import type { Schema } from '../../db/schema.ts';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { type CatalogueKeeper, rememberCatalogue } from './catalogue.ts';
import { type CheckedUpstream, checkUpstream } from './check.ts';
import { upstream } from './contract.ts';
import { readSettings, writeSettings } from './store.ts';

const os = implement(upstream).$context<CallContext>().use(answerFaults);

interface Dependencies {
  db: Kysely<Schema>;
  place: InstancePlace;
  clock: Clock;
  audit: AuditLog;
  catalogue: CatalogueKeeper;
}

/** What the gateway proxies to when it starts next. */
export function createUpstreamService({ db, place, clock, audit, catalogue }: Dependencies) {
  const view = async () => ({ settings: await readSettings(db), catalogue: await catalogue.source(db) });

  async function put(checked: CheckedUpstream | null, { actor }: CallContext) {
    // While a gateway runs, the catalogue is the one that it has.
    const { database } = place;
    const lock = database.engine === 'sqlite' ? takeFileLock(database.file) : null;
    try {
      await audit.change(actor, async (tx, record) => {
        const before = await readSettings(tx);
        await writeSettings(tx, checked?.settings ?? null);
        record({
          action: checked === null ? 'upstream.clear' : 'upstream.set',
          subject: { kind: 'upstream', id: '', name: '' },
          before,
          after: await readSettings(tx),
        });
        const now = clock.now();
        const unserved =
          database.engine === 'sqlite' ? lock !== null : (await runningGateways(tx, place, now)).length === 0;
        if (unserved) await rememberCatalogue(tx, checked, now);
      });
    } finally {
      lock?.release();
    }
    return view();
  }

  return os.router({
    get: os.get.handler(view),
    set: os.set.handler(({ input, context }) => put(checkUpstream(input), context)),
    clear: os.clear.handler(({ context }) => put(null, context)),
  });
}
