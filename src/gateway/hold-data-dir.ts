import { hostname } from 'node:os';
import { dirname } from 'node:path';
import type { Pool } from 'pg';
import { type Clock, SECOND } from '../base/clock.ts';
import { Fault } from '../base/faults.ts';
import { type FileLock, takeLock } from '../db/file-lock.ts';
import { instanceId } from '../db/instance-id.ts';
import { closePool, openPool } from '../db/postgres.ts';
import { asDatabaseFault, isDatabaseAway } from '../db/postgres-faults.ts';
import { readLater } from '../db/reads.ts';
import { gatewayId, makeDataDir } from './data-dir.ts';
import {
  findGateway,
  type GatewayState,
  SAYS_EVERY,
  writeStart,
  writeState,
  writeStop,
} from './gateway-rows.ts';
import type { GatewayHold } from './hold.ts';

/** Milliseconds that the database may take to note how a gateway stands. */
const NOTE_WITHIN = 2 * SECOND;

interface HoldOptions {
  readonly url: string;
  /** In the folder that the gateway has to itself. */
  readonly lock: string;
  readonly clock: Clock;
  onFailure(cause: unknown): void;
}

/**
 * Takes a gateway's own folder, and says in the database that it starts. Refused with `gateway.busy`, which names the
 * process that has the folder, and as asDatabaseFault.
 */
export async function holdDataDir({ url, lock: path, clock, onFailure }: HoldOptions): Promise<GatewayHold> {
  const folder = dirname(path);
  makeDataDir(folder);
  const pool = openPool(url, 1, NOTE_WITHIN);
  let lock: FileLock | null = null;
  try {
    lock = takeLock(path);
    const id = gatewayId(folder, await readLater(pool, instanceId()), clock.now());
    if (lock === null) throw await busy(pool, id);
    const number = await writeStart(pool, { id, host: hostname(), pid: process.pid, now: clock.now() });
    return held({ pool, lock, id, number, clock, onFailure });
  } catch (thrown) {
    lock?.release();
    await closePool(pool);
    throw asDatabaseFault(thrown, url);
  }
}

interface Held extends Pick<HoldOptions, 'clock' | 'onFailure'> {
  readonly pool: Pool;
  readonly lock: FileLock;
  readonly id: string;
  readonly number: number;
}

function held({ pool, lock, id, number, clock, onFailure }: Held): GatewayHold {
  let timer: NodeJS.Timeout | undefined;
  let saying: Promise<void> | null = null;
  const say = async (address: string, state: () => GatewayState): Promise<void> => {
    try {
      await writeState(pool, id, { address, ...state(), now: clock.now() });
    } catch (thrown) {
      // Of a database that is away whoever follows the policy tells; the next time comes soon.
      if (!isDatabaseAway(thrown)) onFailure(thrown);
    }
  };
  return {
    identity: { id, number },
    async announce(address, state) {
      await say(address, state);
      timer = setInterval(() => {
        saying ??= say(address, state).finally(() => {
          saying = null;
        });
      }, SAYS_EVERY).unref();
    },
    async release() {
      clearInterval(timer);
      try {
        await saying;
        await writeStop(pool, id, clock.now());
      } catch (thrown) {
        // The others see it gone a little later.
        if (!isDatabaseAway(thrown)) throw thrown;
      } finally {
        lock.release();
        await closePool(pool);
      }
    },
  };
}

async function busy(pool: Pool, id: string): Promise<Fault> {
  const holder = await findGateway(pool, id);
  return new Fault('gateway.busy', {
    what: 'data folder',
    pid: holder?.pid ?? null,
    address: holder?.address ?? 'an address that it has not said yet',
  });
}
