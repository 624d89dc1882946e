import type { LogStore } from '../log-store.ts';
import { dayOf, idAt } from '../row-ids.ts';
import { listPartitions } from './partitions.ts';
import type { Queries } from './queries.ts';

/** Up to so many rows of a token are read at once; of more, Postgres counts each stretch. */
const FEW = 200;
/** So many tokens at once. */
const TOKENS = 500;

interface FewOfToken {
  readonly token_id: string;
  readonly ids: number[] | null;
}

type Take = Parameters<LogStore['counted']>[1];

/** As `LogStore.counted`: tokens with few rows from those, others asked twice, so that one query counts all stretches. */
export async function readCountedLater(pool: Queries, since: number, take: Take): Promise<void> {
  for (const day of (await listPartitions(pool)).reverse()) {
    if (day < dayOf(since)) continue;
    for (let after = ''; ; ) {
      const { rows } = await pool.query<FewOfToken>(FEW_OF_TOKENS, [day, since, after, idAt(day, since)]);
      const last = rows.at(-1);
      if (last === undefined) break;
      for (const { token_id: tokenId, ids } of rows) {
        if (ids === null) continue;
        if (ids.length < FEW)
          take(tokenId, (from, to) => {
            const [first, end] = [idAt(day, from), idAt(day, to)];
            return ids.reduce((sum, id) => (id >= first && id < end ? sum + 1 : sum), 0);
          });
        else await countStretches(pool, day, tokenId, take);
      }
      if (rows.length < TOKENS) break;
      after = last.token_id;
    }
  }
}

/** What counts was seen: the addresses of a day say which tokens there are. */
const FEW_OF_TOKENS = `
  SELECT t.token_id, few.ids
  FROM (
    SELECT DISTINCT token_id FROM seen WHERE day = $1 AND last_seen >= $2 AND token_id > $3
    ORDER BY token_id LIMIT ${TOKENS}
  ) t
  CROSS JOIN LATERAL (
    SELECT array_agg(id::float8) AS ids FROM (
      SELECT id FROM request WHERE day = $1 AND token_id = t.token_id AND id >= $4 AND counted
      ORDER BY id LIMIT ${FEW}
    ) taken
  ) few
  ORDER BY t.token_id`;

async function countStretches(pool: Queries, day: number, tokenId: string, take: Take): Promise<void> {
  const stretches = new Map<string, readonly [from: number, to: number]>();
  const keyOf = (from: number, to: number) => `${from} ${to}`;
  take(tokenId, (from, to) => {
    stretches.set(keyOf(from, to), [idAt(day, from), Math.min(idAt(day, to), Number.MAX_SAFE_INTEGER)]);
    return 0;
  });
  const asked = [...stretches.values()];
  const { rows } = await pool.query<{ n: number; count: number }>(
    `SELECT s.n, count(r.id) AS count
     FROM unnest($3::bigint[], $4::bigint[]) WITH ORDINALITY AS s (first, ending, n)
     JOIN LATERAL (
       SELECT id FROM request WHERE day = $1 AND token_id = $2 AND counted AND id >= s.first AND id < s.ending
     ) r ON TRUE
     GROUP BY s.n`,
    [day, tokenId, asked.map(([first]) => Math.ceil(first)), asked.map(([, end]) => Math.ceil(end))],
  );
  const counts = new Map(rows.map(({ n, count }) => [n - 1, count]));
  const found = new Map([...stretches.keys()].map((key, at) => [key, counts.get(at) ?? 0]));
  take(tokenId, (from, to) => found.get(keyOf(from, to)) ?? 0);
}
