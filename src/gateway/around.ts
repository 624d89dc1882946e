import { hostname } from 'node:os';
import { SECOND, systemClock } from '../base/clock.ts';
import { takeFileLock } from '../db/file-lock.ts';
import type { DatabaseAddress } from '../db/place.ts';
import { openReader } from '../db/reader.ts';
import { type Reads, rowsOf } from '../db/reads.ts';
import { catalogueOf } from '../features/endpoints/catalogue.ts';
import { readCatalogueSource } from '../features/upstream/catalogue.ts';
import type { CatalogueSource } from '../features/upstream/contract.ts';
import { shiftsApiDocument } from '../shifts-api/document.ts';
import type { GatewayShown } from './contract.ts';
import { readGateways } from './gateway-rows.ts';

/** How long the database may take, in milliseconds. */
const ANSWER_WITHIN = 5 * SECOND;

/** What an instance's database says of its gateways, to whichever process asks. */
export interface GatewaysAround {
  upstream(): Promise<CatalogueSource>;
  gateways(): Promise<GatewayShown[]>;
  close(): Promise<void>;
}

export function lookAround(database: DatabaseAddress): GatewaysAround {
  const reader = openReader(database, ANSWER_WITHIN);
  return {
    upstream: () => reader.read(readCatalogueSource(builtIn)),
    async gateways() {
      if (database.engine === 'postgres') return reader.read(readAll(systemClock.now()));
      return isHeld(database.file) ? reader.read(readHolder()) : [];
    },
    close: () => reader.close(),
  };
}

const builtIn = catalogueOf(shiftsApiDocument);

const isHere = (host: string, pid: number): boolean => pid === process.pid && host === hostname();

function* readAll(now: number): Reads<GatewayShown[]> {
  return (yield* readGateways(now)).map(({ host, ...row }) => ({
    ...row,
    name: host,
    startedAt: new Date(row.startedAt),
    seenAt: new Date(row.seenAt),
    here: !row.gone && isHere(host, row.pid),
  }));
}

/** Whether somebody holds the file's lock. */
function isHeld(file: string): boolean {
  const lock = takeFileLock(file);
  lock?.release();
  return lock === null;
}

function* readHolder(): Reads<GatewayShown[]> {
  const rows = yield* rowsOf<{ pid: number; address: string | null; started_at: number }>(
    'SELECT pid, address, started_at FROM gateway_process',
  );
  return rows.map(({ pid, address, started_at }) => ({
    id: '',
    name: hostname(),
    address,
    pid,
    startedAt: new Date(started_at),
    seenAt: new Date(systemClock.now()),
    policyVersion: null,
    limits: 'own',
    here: pid === process.pid,
    gone: false,
  }));
}
