import { timeOfId } from '../../../base/ids.ts';
import type { Place } from '../cursor.ts';
import { ID_SLACK } from '../id-span.ts';
import type { HeadRow, LogStore } from '../log-store.ts';
import { parseRecord } from '../parse-record.ts';
import type { LogRecord } from '../record.ts';
import { dayOf, idAt, timeOfRow } from '../row-ids.ts';
import type { SeenAddress } from '../seen.ts';
import { decodeRecord } from '../stored-record.ts';
import { countRows } from './count.ts';
import { readCountedLater } from './counted.ts';
import { listPartitions, partitionSizes } from './partitions.ts';
import { planOf } from './plan.ts';
import type { Queries } from './queries.ts';
import { readRows, type StoredRow } from './rows.ts';
import { searchRows } from './search.ts';
import { tailRows } from './tail.ts';

/** The log of an instance on Postgres. No journal is brought in: each gateway's lies on its own machine. */
export const postgresLog = (pool: Queries): LogStore => ({
  bringIn: async () => undefined,
  async search(search, page, budgetMs) {
    const { rows, ...rest } = await searchRows(pool, search, page, budgetMs);
    return {
      rows: rows.map(({ day, id, detail }) => ({ day, id, record: decodeRecord(detail) })),
      ...rest,
    };
  },
  async lines(search, page, budgetMs) {
    const { rows, ...rest } = await searchRows(pool, search, page, budgetMs);
    return { lines: rows.map(({ detail }) => Buffer.from(detail)), ...rest };
  },
  count: (search, by) => countRows(pool, search, by, () => performance.now()),
  tail: (terms, signal) => tailRows(pool, terms, signal),
  record: (requestId) => readRecord(pool, requestId),
  heads: (from, to) => readHeads(pool, from, to),
  addressesSeen: (since, tokenIds) => readAddressesSeen(pool, since, tokenIds),
  counted: (since, take) => readCountedLater(pool, since, take),
  async size() {
    const days = await partitionSizes(pool);
    return days.reduce((sum, { bytes }) => sum + bytes, 0);
  },
  oldestRow: () => oldestRowLater(pool),
  newestRow: () => newestRowLater(pool),
});

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
  const plan = await planOf(pool, []);
  if (plan === null) return;
  for (let after: Place | null = null; ; ) {
    const rows: StoredRow[] = await readRows(pool, plan, [from, to], { order: 'oldest', after, limit: PAGE });
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.flatMap(({ detail }) => {
      const record = parseRecord(detail);
      return record === null ? [] : [{ record, json: detail }];
    });
    if (rows.length < PAGE) return;
    after = { day: last.day, id: last.id };
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
export const newestRowLater = async (client: Queries): Promise<number | null> =>
  firstOf(client, await listPartitions(client), 'max');

const oldestRowLater = async (client: Queries): Promise<number | null> =>
  firstOf(client, (await listPartitions(client)).reverse(), 'min');

/** The time of the one row at the end of the first of some days that has any. */
async function firstOf(client: Queries, days: readonly number[], end: 'min' | 'max'): Promise<number | null> {
  for (const day of days) {
    const { rows } = await client.query<{ id: number | null }>(
      `SELECT ${end}(id) AS id FROM request WHERE day = $1`,
      [day],
    );
    const id = rows[0]?.id;
    if (typeof id === 'number') return timeOfRow(day, id);
  }
  return null;
}
