import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY } from '../../../base/clock.ts';
import type { LogFilter } from '../contract.ts';
import { makeRecord } from '../testing.ts';
import { queryRows } from './query.ts';
import { makePostgresLog } from './testing.ts';

const NOON = Math.floor(Date.now() / DAY) * DAY + DAY / 2;
let instance: Awaited<ReturnType<typeof makePostgresLog>>;

beforeAll(async () => {
  instance = await makePostgresLog();
  const gateway = instance.gateway();
  await gateway.write(
    Array.from({ length: 6_000 }, (_, n) =>
      makeRecord({
        time: NOON - (n % 3) * DAY + Math.floor(n / 3),
        tokenId: n % 97 === 0 ? 'rare' : 'often',
        ...(n % 89 === 0 ? { endpoint: 'GET /rare', tag: 'rare' } : {}),
        ...(n % 83 === 0 ? { status: 403, reason: 'scope.method' as const } : {}),
        ...(n % 79 === 0 ? { status: 429, reason: 'limit.hour' as const } : {}),
      }),
    ),
  );
  await gateway.drain();
  await instance.pool.query('ANALYZE');
}, 60_000);
afterAll(() => instance.close());

test.each<[filter: LogFilter, index: RegExp]>([
  [{}, /pkey/],
  [{ tokenId: 'rare' }, /token_id/],
  [{ tokenId: 'rare', status: '4xx' }, /token_id|expr|status/],
  [{ endpoint: 'GET /rare' }, /endpoint/],
  [{ endpoint: 'rare' }, /tag/],
  [{ status: '4xx' }, /expr/],
  [{ status: '403' }, /status/],
  [{ status: '5xx' }, /expr/],
  [{ reason: 'limit.hour' }, /reason/],
  [{ reason: 'limit.hour', from: new Date(NOON - DAY) }, /reason/],
])('a page of %j is a walk along an index in the order of time', async (filter, index) => {
  for (const order of ['newest', 'oldest'] as const)
    for (const after of [null, { day: Math.floor(NOON / DAY) - 1, id: 2 ** 51 }])
      await queryRows(
        {
          async query(text, values) {
            const { rows } = await instance.pool.query(`EXPLAIN ${text}`, values);
            const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
            expect(plan).not.toMatch(/Seq Scan|Bitmap|^ *-> *Sort|Sort Method/m);
            expect(plan).toMatch(index);
            return instance.pool.query(text, values);
          },
        },
        filter,
        { order, after, limit: 5 },
      );
});
