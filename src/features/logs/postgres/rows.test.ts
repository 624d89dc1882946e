import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY } from '../../../base/clock.ts';
import { parseQuery } from '../../../base/log-query/parse.ts';
import { makeRecord } from '../testing.ts';
import type { Queries } from './queries.ts';
import { searchRows } from './search.ts';
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
        tokenName: n % 97 === 0 ? 'Payroll' : 'Other',
        ...(n % 101 === 0 ? { userId: 'grace', userName: 'Grace' } : {}),
        ...(n % 89 === 0 ? { endpoint: 'GET /rare', tag: 'rare' } : {}),
        ...(n % 83 === 0 ? { status: 403, reason: 'scope.method' as const } : {}),
        ...(n % 79 === 0 ? { status: 429, reason: 'limit.hour' as const } : {}),
        ...(n % 73 === 0 ? { address: '10.0.0.1' } : {}),
      }),
    ),
  );
  await gateway.drain();
  await instance.pool.query('ANALYZE');
}, 60_000);
afterAll(() => instance.close());

test.each<[query: string, index: RegExp, from?: number]>([
  ['', /pkey/],
  ['token:rare', /token_id/],
  ['token:PAY*', /token_id/],
  ['token:rare status:4xx', /token_id|expr|status/],
  ['user:grace', /user_id/],
  ['endpoint:"GET /rare"', /endpoint/],
  ['endpoint:rare', /endpoint/],
  ['status:4xx', /expr/],
  ['status:403', /status/],
  ['status:5xx', /expr/],
  ['status:403,5xx', /status/],
  ['outcome:denied', /status/],
  ['reason:limit.hour', /reason/],
  ['reason:limit.*', /reason/],
  ['address:10.0.0.1', /address/],
  ['reason:limit.hour', /reason/, NOON - DAY],
])('a page of %j is a walk along an index in the order of time', async (query, index, from) => {
  const parsed = parseQuery(query);
  if ('error' in parsed) throw new Error(parsed.error.message);
  const explained: Queries = {
    async query(text, values) {
      // What the values of a field are is a short table.
      if (text.includes('detail')) {
        const { rows } = await instance.pool.query(`EXPLAIN ${text}`, values);
        const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
        expect(plan).not.toMatch(/Seq Scan|Bitmap|^ *-> *Sort|Sort Method/m);
        expect(plan).toMatch(index);
      }
      return instance.pool.query(text, values);
    },
  };
  const search = {
    from: from ?? Number.NEGATIVE_INFINITY,
    to: Number.POSITIVE_INFINITY,
    terms: parsed.terms,
  };
  for (const order of ['newest', 'oldest'] as const)
    for (const after of [null, { day: Math.floor(NOON / DAY) - 1, id: 2 ** 51 }])
      await searchRows(explained, search, { order, after, limit: 5 }, 0);
});
