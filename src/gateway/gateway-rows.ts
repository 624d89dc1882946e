import type { Pool } from 'pg';
import { DAY, SECOND } from '../base/clock.ts';
import { type Reads, readLater, rowsOf } from '../db/reads.ts';
import { GONE_AFTER } from '../db/running-gateways.ts';
import type { LimitsMode } from './measures.ts';

/** A gateway says so often that it runs; well within the time after which it is taken for gone. */
export const SAYS_EVERY = 5 * SECOND;
/** One that is gone is shown for so long. */
const SHOWN_FOR = DAY;

/** What the database says of a gateway. */
export interface GatewayRow {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly address: string | null;
  readonly startedAt: number;
  readonly seenAt: number;
  readonly policyVersion: number;
  readonly limits: LimitsMode;
  /** It stopped, or has not been heard of. */
  readonly gone: boolean;
}

/** The gateways that run, and those that did until a short while ago, in the order of their first start. */
export function* readGateways(now: number): Reads<GatewayRow[]> {
  const rows = yield* rowsOf<Omit<GatewayRow, 'gone'> & { stoppedAt: number | null }>(
    `SELECT id, host, pid, address, started_at AS "startedAt", seen_at AS "seenAt", stopped_at AS "stoppedAt",
       policy_version AS "policyVersion", limits
     FROM gateway WHERE seen_at > ? ORDER BY number`,
    now - SHOWN_FOR,
  );
  return rows.map(({ stoppedAt, ...row }) => ({
    ...row,
    gone: stoppedAt !== null || row.seenAt < now - GONE_AFTER,
  }));
}

/** How a gateway stands, as it tells the others. */
export interface GatewayState {
  readonly policyVersion: number;
  readonly limits: LimitsMode;
}

/** Writes that a gateway starts, and gives its number: the one that its id has had from its first start on. */
export async function writeStart(
  pool: Pool,
  gateway: { readonly id: string; readonly host: string; readonly pid: number; readonly now: number },
): Promise<number> {
  const { id, host, pid, now } = gateway;
  // Not by ON CONFLICT: that takes a number each time, and they tell rows apart only modulo a small one.
  const again = await pool.query(
    `UPDATE gateway SET host = $2, pid = $3, address = NULL, started_at = $4, seen_at = $4, stopped_at = NULL
     WHERE id = $1 RETURNING number`,
    [id, host, pid, now],
  );
  if (again.rows[0] !== undefined) return again.rows[0].number;
  const { rows } = await pool.query(
    `INSERT INTO gateway (id, host, pid, address, started_at, seen_at, policy_version, limits)
     VALUES ($1, $2, $3, NULL, $4, $4, 0, 'own') RETURNING number`,
    [id, host, pid, now],
  );
  return rows[0].number;
}

export async function writeState(
  pool: Pool,
  id: string,
  says: GatewayState & { readonly address: string; readonly now: number },
): Promise<void> {
  await pool.query(
    `UPDATE gateway SET address = $2, seen_at = $3, policy_version = $4, limits = $5 WHERE id = $1`,
    [id, says.address, says.now, says.policyVersion, says.limits],
  );
}

export async function writeStop(pool: Pool, id: string, now: number): Promise<void> {
  await pool.query('UPDATE gateway SET stopped_at = $2, seen_at = $2 WHERE id = $1', [id, now]);
}

/** The one whose id this is, whether or not it still runs. */
export const findGateway = (
  pool: Pool,
  id: string,
): Promise<{ pid: number; address: string | null } | undefined> => readLater(pool, one(id));

function* one(id: string): Reads<{ pid: number; address: string | null } | undefined> {
  return (yield* rowsOf<{ pid: number; address: string | null }>(
    'SELECT pid, address FROM gateway WHERE id = ?',
    id,
  ))[0];
}
