import { existsSync } from 'node:fs';
import type { Clock } from '../base/clock.ts';
import { Fault } from '../base/faults.ts';
import type { InstancePlace } from '../db/place.ts';
import type { GatewayData } from './data.ts';
import { openFileData } from './file-data.ts';
import type { GatewayHold } from './hold.ts';
import { holdDataDir } from './hold-data-dir.ts';
import { openPostgresData } from './postgres-data.ts';
import { holdFile } from './process-row.ts';

/** What a gateway does otherwise on each engine, in the order in which it starts. */
export interface GatewayEngine {
  hold(clock: Clock, onFailure: (cause: unknown) => void): Promise<GatewayHold>;
  openData(): GatewayData;
}

/** @throws Fault `file.invalid` where there is no such file */
export function engineOf({ database, lock }: Pick<InstancePlace, 'database' | 'lock'>): GatewayEngine {
  if (database.engine === 'postgres') {
    const { url } = database;
    if (lock === null) throw new Error('a gateway on Postgres has a folder of its own');
    return {
      hold: (clock, onFailure) => holdDataDir({ url, lock, clock, onFailure }),
      openData: () => openPostgresData(url),
    };
  }
  const { file } = database;
  if (!existsSync(file)) throw new Fault('file.invalid', { path: file, detail: 'it does not exist' });
  return {
    hold: async (clock) => holdFile(file, clock.now()),
    openData: () => openFileData(file),
  };
}
