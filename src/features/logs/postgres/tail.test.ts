import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY } from '../../../base/clock.ts';
import { parseQuery } from '../../../base/log-query/parse.ts';
import { makeRecord } from '../testing.ts';
import { makePostgresLog } from './testing.ts';

const NOON = Math.floor(Date.now() / DAY) * DAY + DAY / 2;
let instance: Awaited<ReturnType<typeof makePostgresLog>>;
beforeAll(async () => {
  instance = await makePostgresLog();
});
afterAll(() => instance.close());

/** Follows a log until it has so many rows. */
async function follow(query: string, rows: number, meanwhile: () => Promise<void>): Promise<string[]> {
  const parsed = parseQuery(query);
  if ('error' in parsed) throw new Error(parsed.error.message);
  const stop = new AbortController();
  const pieces = instance.log.tail(parsed.terms, stop.signal);
  const first = pieces.next();
  // It is asked from where on before anything else is.
  await instance.pool.query('SELECT 1');
  await new Promise((resolve) => setImmediate(resolve));
  await meanwhile();
  const ids: string[] = [];
  for (let piece = await first; !piece.done; piece = await pieces.next()) {
    ids.push(...piece.value.map(({ requestId }) => requestId));
    if (ids.length >= rows) break;
  }
  stop.abort();
  expect(await pieces.next()).toEqual({ done: true, value: undefined });
  return ids;
}

test('a tail has every row that enters, once, in the order of their commits: also one of long ago', async () => {
  const gateways = [instance.gateway(1), instance.gateway(2), instance.gateway(3)];
  await gateways[0]?.write([makeRecord({ time: NOON })]);
  await gateways[0]?.drain();
  const old = makeRecord({ time: NOON - 2 * DAY });
  const late = Array.from({ length: 3_000 }, (_, n) => makeRecord({ time: NOON + (n % 700) }));
  const found = await follow('', late.length + 1, async () => {
    await Promise.all(
      gateways.map(async (gateway, at) => {
        await gateway.write(late.filter((_, n) => n % 3 === at));
        await gateway.drain();
      }),
    );
    await gateways[1]?.write([old]);
    await gateways[1]?.drain();
  });
  expect(found.at(-1)).toBe(old.requestId);
  expect(found.toSorted()).toEqual([...late, old].map(({ requestId }) => requestId).sort());
});

test('a tail has what its terms let through, also a name that was never there before', async () => {
  const gateway = instance.gateway(4);
  const named = makeRecord({ time: NOON + 5, tokenId: 'new', tokenName: 'Just made' });
  const other = makeRecord({ time: NOON + 6 });
  const found = await follow('token:"just made" agent:test* accept', 1, async () => {
    await gateway.write([other, named, other]);
    await gateway.drain();
  });
  expect(found).toEqual([named.requestId]);
});
