import { SECOND } from '../base/clock.ts';
import { closePool, openPool } from '../db/postgres.ts';
import { readLater } from '../db/reads.ts';
import type { ApiWriter } from './api-writer.ts';
import type { GatewayData } from './data.ts';
import { openDatabaseApi } from './database-api.ts';
import { keepPolicyOnPostgres, type PostgresPolicyKeeper } from './postgres-policy-keeper.ts';
import { type FollowedNames, followNames } from './proxy/place-names.ts';

/** How long a statement of the start may take: it reads the log's last hour. */
const READ_WITHIN = 60 * SECOND;

/** A Postgres database: everything that needs it waits for it beside the requests, on connections of its own. */
export function openPostgresData(url: string): GatewayData {
  const pool = openPool(url, 2, READ_WITHIN);
  let keeper: PostgresPolicyKeeper | null = null;
  let api: ApiWriter | null = null;
  let names: FollowedNames | null = null;
  return {
    read: (reads) => readLater(pool, reads),
    async keep(options) {
      const kept = await keepPolicyOnPostgres(url, options);
      keeper = kept;
      const writer = openDatabaseApi(url, options.clock);
      api = writer;
      return {
        keeper: kept,
        writer,
        reads: null,
        snapshot: (work) => work(),
        async placeNames() {
          names = await followNames(pool, options.onFailure);
          return names;
        },
      };
    },
    // The log has the wall times of several machines, so no mark of this one's clock can place its rows.
    watchClock: () => ({ look: () => undefined }),
    async close() {
      names?.close();
      await Promise.all([keeper?.close(), api?.close(), closePool(pool)]);
    },
  };
}
