import { SECOND } from '../../../base/clock.ts';
import { timeOfId } from '../../../base/ids.ts';
import type { Place } from '../cursor.ts';
import type { HeadRow } from '../heads.ts';
import type { LogStore } from '../log-store.ts';
import { parseRecord } from '../parse-record.ts';
import type { LogRecord } from '../record.ts';
import { dayOf, idAt, timeOfRow } from '../row-ids.ts';
import type { SeenAddress } from '../seen.ts';
import { decodeRecord } from '../stored-record.ts';
import { readCountedLater } from './counted.ts';
import { listPartitions } from './partitions.ts';
import type { Queries } from './queries.ts';
import { queryRows } from './query.ts';

/** The log of an instance on Postgres. No journal is brought in: each gateway's lies on its own machine. */
export const postgresLog = (pool: Queries): LogStore => ({
  bringIn: async () => undefined,
  async records(filter, page) {
    const rows = await queryRows(pool, filter, page);
    return rows.map(({ day, id, detail }) => ({ day, id, record: decodeRecord(detail) }));
  },
  record: (requestId) => readRecord(pool, requestId),
  heads: (from, to) => readHeads(pool, from, to),
  addressesSeen: (since, tokenIds) => readAddressesSeen(pool, since, tokenIds),
  counted: (since, take) => readCountedLater(pool, since, take),
  newestRow: () => newestRowLater(pool),
});

/** How far a request's id and the time of its arrival may lie apart. */
const ID_SLACK = 5 * SECOND;

async function readRecord(pool: Queries, requestId: string): Promise<LogRecord | null> {
  const time = timeOfId(requestId);
  if (time === null) return null;
  const wanted = requestId.toLowerCase();
  // Nearly always the very millisecond; an index on a random id would cost the writer more than this look around.
  for (const slack of [0, ID_SLACK]) {
    const [from, to] = [time - slack, time + slack + 1];
    for (let day = dayOf(from); day <= dayOf(to - 1); day++) {
      const { rows } = await pool.query<{ detail: string }>(
        'SELECT detail FROM request WHERE day = $1 AND id >= $2 AND id < $3 AND strpos(detail, $4) > 0',
        [day, idAt(day, from), idAt(day, to), JSON.stringify(wanted)],
      );
      const found = rows.map(({ detail }) => decodeRecord(detail)).find((one) => one.requestId === wanted);
      if (found) return found;
    }
  }
  return null;
}

/** Rows read at once: a few MB. */
const PAGE = 2_000;

async function* readHeads(pool: Queries, from: number, to: number): AsyncGenerator<HeadRow[], void> {
  const filter = { from: new Date(from), to: new Date(to) };
  for (let after: Place | null = null; ; ) {
    const rows = await queryRows(pool, filter, { order: 'oldest', after, limit: PAGE });
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.flatMap(({ detail }) => {
      const record = parseRecord(detail);
      return record === null ? [] : [{ record, json: detail }];
    });
    if (rows.length < PAGE) return;
    after = last;
  }
}

async function readAddressesSeen(
  pool: Queries,
  since: number,
  tokenIds?: readonly string[],
): Promise<SeenAddress[]> {
  const { rows } = await pool.query<SeenAddress>(
    `SELECT address, token_id AS "tokenId", (array_agg(token_name ORDER BY day DESC))[1] AS "tokenName",
       sum(requests) AS requests, max(last_seen) AS "lastSeen"
     FROM seen WHERE day >= $1 AND last_seen >= $2 ${tokenIds === undefined ? '' : 'AND token_id = ANY($3)'}
     GROUP BY token_id, address ORDER BY max(last_seen) DESC`,
    [Math.max(0, dayOf(since)), since, ...(tokenIds === undefined ? [] : [tokenIds])],
  );
  return rows;
}

/** When the newest row's request arrived; null where there is none. */
export async function newestRowLater(client: Queries): Promise<number | null> {
  for (const day of await listPartitions(client)) {
    const { rows } = await client.query<{ id: number | null }>(
      'SELECT max(id) AS id FROM request WHERE day = $1',
      [day],
    );
    const id = rows[0]?.id;
    if (typeof id === 'number') return timeOfRow(day, id);
  }
  return null;
}
