import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import { takeFileLock } from '../../db/file-lock.ts';
import { inTransaction } from '../../db/open.ts';
import type { Schema } from '../../db/schema.ts';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import { type CatalogueKeeper, rememberCatalogue } from './catalogue.ts';
import { type CheckedUpstream, checkUpstream } from './check.ts';
import { upstream } from './contract.ts';
import { readSettings, writeSettings } from './store.ts';

const os = implement(upstream).$context<CallContext>().use(answerFaults);

interface Dependencies {
  db: Kysely<Schema>;
  /** The instance's file. */
  file: string;
  clock: Clock;
  catalogue: CatalogueKeeper;
}

/** What the gateway proxies to when it starts next. */
export function createUpstreamService({ db, file, clock, catalogue }: Dependencies) {
  const view = async () => ({ settings: await readSettings(db), catalogue: await catalogue.source(db) });

  async function put(checked: CheckedUpstream | null) {
    // While a gateway runs, the catalogue is the one that it has.
    const lock = takeFileLock(file);
    try {
      await inTransaction(db, async (tx) => {
        await writeSettings(tx, checked?.settings ?? null);
        if (lock) await rememberCatalogue(tx, checked, clock.now());
      });
    } finally {
      lock?.release();
    }
    return view();
  }

  return os.router({
    get: os.get.handler(view),
    set: os.set.handler(({ input }) => put(checkUpstream(input))),
    clear: os.clear.handler(() => put(null)),
  });
}
