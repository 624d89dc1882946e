import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startCuttable, through } from '../../../../tests/support/cut.ts';
import { DAY, MINUTE } from '../../../base/clock.ts';
import { cellsBetween, QUARTER } from '../../usage/cell-id.ts';
import { fitSeries } from '../../usage/grain.ts';
import type { LogStore } from '../log-store.ts';
import type { LogRecord } from '../record.ts';
import { dayOf } from '../row-ids.ts';
import { listSegments } from '../segments.ts';
import { makeRecord } from '../testing.ts';
import type { PostgresIngestOptions } from './ingest.ts';
import { listPartitions } from './partitions.ts';
import { everyRecord, makePostgresLog } from './testing.ts';

const NOON = Math.floor(Date.now() / DAY) * DAY + DAY / 2;
const A = '0190f3c0-0000-7000-8000-000000000001';
const B = '0190f3c0-0000-7000-8000-000000000002';

async function makeInstance() {
  const instance = await makePostgresLog();
  onTestFinished(instance.close);
  return instance;
}

type Instance = Awaited<ReturnType<typeof makeInstance>>;
type Gateway = ReturnType<Instance['gateway']>;

const logged = ({ log }: { log: LogStore }) => everyRecord(log);
const byId = (records: readonly LogRecord[]) =>
  records.toSorted((a, b) => a.requestId.localeCompare(b.requestId));
const RANGE = fitSeries({ from: NOON - 3 * DAY, to: NOON + 3 * DAY, grain: QUARTER }, 'UTC');
const usageTotal = async ({ usage }: Instance) => (await usage.summary(null, RANGE, false)).total;
const seenTotal = async ({ log }: Instance) =>
  (await log.addressesSeen(0)).reduce((sum, seen) => sum + seen.requests, 0);

describe('the log writer on Postgres', () => {
  test('brings every record into its UTC day, into the roll-ups and last-used', async () => {
    const instance = await makeInstance();
    const gateway = instance.gateway();
    const records = [
      makeRecord({ time: NOON - DAY, address: '10.0.0.1', secretId: 's1' }),
      makeRecord({ time: NOON, address: '10.0.0.2', secretId: 's1' }),
      makeRecord({ time: NOON + 1, tokenId: B, address: '::1', status: 404, reason: 'resource.unknown' }),
      makeRecord({ time: NOON + 2, tokenId: B, status: 401, reason: 'token.revoked', counted: false }),
      makeRecord({
        time: NOON + 3,
        tokenId: null,
        tokenName: null,
        endpoint: null,
        tag: null,
        path: '/a\tb\\c"\n\u0000',
        status: 401,
        reason: 'token.missing',
        counted: false,
      }),
    ];
    await gateway.write(records);
    expect(await gateway.drain()).toEqual({ rows: 5, damaged: 0 });
    expect(await logged(instance)).toEqual(records);
    expect(await listPartitions(instance.pool)).toEqual([dayOf(NOON), dayOf(NOON) - 1]);
    expect(await usageTotal(instance)).toBe(5);
    const read = async (sql: string) => (await instance.pool.query(sql)).rows;
    expect(await read('SELECT * FROM token_use ORDER BY token_id')).toEqual([
      { token_id: A, last_used_at: NOON, last_address: '10.0.0.2' },
      { token_id: B, last_used_at: NOON + 1, last_address: '::1' },
    ]);
    expect(await read('SELECT * FROM secret_use')).toEqual([
      { secret_id: 's1', last_used_at: NOON, last_address: '10.0.0.2', requests: 2 },
    ]);
    expect(await instance.log.addressesSeen(NOON - 7 * DAY)).toEqual([
      { address: '::1', tokenId: B, tokenName: 'Payroll', requests: 1, lastSeen: NOON + 1 },
      { address: '10.0.0.2', tokenId: A, tokenName: 'Payroll', requests: 1, lastSeen: NOON },
      { address: '10.0.0.1', tokenId: A, tokenName: 'Payroll', requests: 1, lastSeen: NOON - DAY },
    ]);
    expect(await instance.log.record(records[4]?.requestId ?? '')).toEqual(records[4]);
    expect(await instance.log.newestRow()).toBe(NOON + 3);
  });

  test('counts what was admitted in any stretch of time, however much it is', async () => {
    const instance = await makeInstance();
    const gateway = instance.gateway();
    const rows = Array.from({ length: 600 }, (_, n) => ({ time: NOON + n * 7, counted: n % 3 > 0 }));
    await gateway.write([
      ...rows.map((row) => makeRecord(row)),
      ...rows.slice(-50).map((row) => makeRecord({ ...row, tokenId: B })),
    ]);
    await gateway.drain();
    const since = NOON + 700;
    const at = fc.integer({ min: since, max: NOON + 4_300 });
    await fc.assert(
      fc.asyncProperty(at, fc.oneof(at, fc.constant(Number.POSITIVE_INFINITY)), async (from, to) => {
        const among = (list: typeof rows) =>
          list.filter(({ time, counted }) => counted && time >= from && time < to).length;
        const found: Record<string, number> = {};
        await instance.log.counted(since, (tokenId, count) => {
          found[tokenId] = (found[tokenId] ?? 0) + count(from, to);
        });
        expect(found).toEqual({ [A]: among(rows), [B]: among(rows.slice(-50)) });
      }),
      { numRuns: 40 },
    );
  });

  test('brings each record in exactly once, wherever it is killed and however often', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 1, maxLength: 8 }), { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 12 }),
        async (starts, kills) => {
          const instance = await makeInstance();
          const gateway = instance.gateway();
          const all: LogRecord[] = [];
          for (const start of starts) {
            const records = start.map((day) => makeRecord({ time: NOON + day * DAY, tokenId: day ? A : B }));
            all.push(...records);
            await gateway.write(records, 1_500);
            const kill = kills.shift();
            if (kill) await killAt(gateway, kill);
          }
          for (const kill of kills) await killAt(gateway, kill);
          await gateway.drain();
          expect(byId(await logged(instance))).toEqual(byId(all));
          expect(await usageTotal(instance)).toBe(all.length);
          expect(await seenTotal(instance)).toBe(all.length);
          expect(await gateway.drain()).toEqual({ rows: 0, damaged: 0 });
        },
      ),
      { numRuns: 10 },
    );
  }, 120_000);

  test('a streamed answer enters once, also where its process ends before it is whole', async () => {
    const instance = await makeInstance();
    const gateway = instance.gateway();
    const [whole, cut] = [makeRecord({ time: NOON }), makeRecord({ time: NOON + 1 })];
    await gateway.write([{ ...whole, phase: 'open' } as LogRecord, { ...cut, phase: 'open' } as LogRecord]);
    const running = gateway.open({ endedThrough: 0 });
    expect((await running.drain()).rows).toBe(0);
    running.close();
    await gateway.write([{ ...whole, phase: 'complete' } as LogRecord]);
    expect((await gateway.drain()).rows).toBe(2);
    expect((await gateway.drain()).rows).toBe(0);
    expect((await logged(instance)).map(({ requestId, phase }) => [requestId, phase])).toEqual([
      [whole.requestId, 'complete'],
      [cut.requestId, 'interrupted'],
    ]);
    expect(await usageTotal(instance)).toBe(2);
  });

  test('streamed answers enter exactly once, wherever it is killed, however lines and segments lie', async () => {
    const kind = fc.constantFrom('buffered', 'streamed', 'left');
    const kill = fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(kind, { minLength: 1, maxLength: 6 }), { maxLength: 4 }),
        fc.array(kill, { maxLength: 8 }),
        async (starts, kills) => {
          const instance = await makeInstance();
          const gateway = instance.gateway();
          const expected: LogRecord[] = [];
          for (const start of starts) {
            const first: LogRecord[] = [];
            const second: LogRecord[] = [];
            for (const one of start) {
              const record = makeRecord({ time: NOON, ...(one !== 'buffered' && { phase: 'open' }) });
              first.push(record);
              const end: LogRecord = { ...record, phase: one === 'left' ? 'interrupted' : 'complete' };
              if (one === 'streamed') second.push(end);
              expected.push(one === 'buffered' ? record : end);
            }
            await gateway.write([...first, ...second], 2_500);
            await killAt(gateway, kills.shift() ?? Number.POSITIVE_INFINITY);
          }
          for (const nth of kills) if (nth !== undefined) await killAt(gateway, nth);
          await gateway.drain();
          expect(byId(await logged(instance))).toEqual(byId(expected));
          expect(await usageTotal(instance)).toBe(expected.length);
          expect(await seenTotal(instance)).toBe(expected.length);
          expect((await instance.pool.query('SELECT 1 FROM open_answer')).rows).toEqual([]);
        },
      ),
      { numRuns: 10 },
    );
  }, 120_000);

  test('several gateways at once add to the same roll-ups, and none of their rows is lost or comes twice', async () => {
    const instance = await makeInstance();
    const gateways = [1, 2, 3].map((number) => instance.gateway(number));
    const all = await Promise.all(
      gateways.map(async (gateway, index) => {
        const records = Array.from({ length: 900 }, (_, n) =>
          makeRecord({ time: NOON + (n % 300), tokenId: n % 2 ? A : B, address: `10.0.${index}.${n % 9}` }),
        );
        await gateway.write(records, 60_000);
        return records;
      }),
    );
    await Promise.all(gateways.map((gateway) => gateway.drain()));
    expect(byId(await logged(instance))).toEqual(byId(all.flat()));
    expect(await usageTotal(instance)).toBe(2_700);
    expect(await seenTotal(instance)).toBe(2_700);
  });

  test('rows whose ids another gateway has taken get free ones', async () => {
    const instance = await makeInstance();
    // Numbers that are alike in the bits that an id has room for.
    const gateways = [1, 65].map((number) => instance.gateway(number));
    const records = Array.from({ length: 20 }, () => makeRecord({ time: NOON, tokenName: 'Same' }));
    for (const gateway of gateways) await gateway.write(records);
    for (const gateway of gateways) expect((await gateway.drain()).rows).toBe(20);
    expect(await logged(instance)).toHaveLength(40);
    expect(await usageTotal(instance)).toBe(40);
  });

  test('removes a segment once the database has it and a later one is there, never the last', async () => {
    const instance = await makeInstance();
    const gateway = instance.gateway();
    await gateway.write(
      Array.from({ length: 10 }, () => makeRecord()),
      2_000,
    );
    const last = listSegments(gateway.journal).at(-1);
    expect(last).toBeGreaterThan(2);
    await gateway.drain();
    expect(listSegments(gateway.journal)).toEqual([last]);
  });

  test('connections that are cut at any moment lose nothing, and nothing comes twice', async () => {
    const instance = await makeInstance();
    const gateway = instance.gateway();
    const records = Array.from({ length: 3_000 }, (_, n) => makeRecord({ time: NOON + n }));
    await gateway.write(records, 60_000);
    const ingester = gateway.open();
    let done = false;
    const cutting = (async () => {
      while (!done) {
        await instance.pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND application_name = 'gatehouse log writer'`,
        );
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 25));
      }
    })();
    let cuts = 0;
    for (let more = true; more; ) {
      try {
        more = (await ingester.step()).more;
      } catch {
        cuts++;
      }
    }
    done = true;
    await cutting;
    ingester.close();
    await gateway.drain();
    expect(cuts).toBeGreaterThan(0);
    expect(byId(await logged(instance))).toEqual(byId(records));
    expect(await usageTotal(instance)).toBe(records.length);
  }, 60_000);

  test('where the answer to a commit is lost, the position in the database says that it was done', async () => {
    const instance = await makeInstance();
    const gateway = instance.gateway();
    await gateway.write([makeRecord({ time: NOON })]);
    let lost = false;
    const ingester = gateway.open({
      around: (moment) => {
        if (moment !== 'committed' || lost) return;
        lost = true;
        throw new Error('the answer is lost');
      },
    });
    await expect(ingester.step()).rejects.toThrow('the answer is lost');
    expect((await ingester.step()).rows).toBe(0);
    ingester.close();
    expect(await logged(instance)).toHaveLength(1);
    expect(await usageTotal(instance)).toBe(1);
  });

  test('a database that does not answer is given up, and asked again on another connection', async () => {
    const instance = await makeInstance();
    const gateway = instance.gateway();
    await gateway.write([makeRecord({ time: NOON })]);
    const blocker = await instance.pool.connect();
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE journal_position IN ACCESS EXCLUSIVE MODE');
    const ingester = gateway.open({ patience: { answer: 1_500 } });
    await expect(ingester.step()).rejects.toThrow('the database does not answer');
    await blocker.query('ROLLBACK');
    blocker.release();
    expect((await ingester.step()).rows).toBe(1);
    ingester.close();
    expect(await logged(instance)).toHaveLength(1);
  });

  test('a way to the database that swallows what is said loses nothing', async () => {
    const instance = await makeInstance();
    const gateway = instance.gateway();
    const way = await startCuttable(Number(new URL(instance.url).port));
    onTestFinished(() => way.close());
    const ingester = gateway.open({ url: through(instance.url, way.port), patience: { answer: 1_500 } });
    await ingester.drain();
    await gateway.write([makeRecord({ time: NOON }), makeRecord({ time: NOON + 1 })]);
    way.silence();
    await expect(ingester.step()).rejects.toThrow('the database does not answer');
    way.heal();
    await ingester.drain();
    ingester.close();
    expect(await logged(instance)).toHaveLength(2);
    expect(await usageTotal(instance)).toBe(2);
  }, 20_000);

  test('a gateway that stops in the middle of a transaction holds up the others for seconds, and loses nothing', async () => {
    const instance = await makeInstance();
    const [stopped, other] = [instance.gateway(1), instance.gateway(2)];
    for (const gateway of [stopped, other]) await gateway.write([makeRecord({ time: NOON })]);
    const reached = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const ingester = stopped.open({
      around(moment) {
        if (moment !== 'written') return;
        reached.resolve();
        return goOn.promise;
      },
    });
    const failed = expect(ingester.step()).rejects.toThrow();
    await reached.promise;
    expect((await other.drain()).rows).toBe(1);
    goOn.resolve();
    await failed;
    expect((await ingester.step()).rows).toBe(1);
    ingester.close();
    expect(await logged(instance)).toHaveLength(2);
    expect(await usageTotal(instance)).toBe(2);
  }, 30_000);

  test('one that ends while the database is away leaves the rest for the next start, within its time', async () => {
    const instance = await makeInstance();
    const gateway = instance.gateway();
    await gateway.write([makeRecord({ time: NOON })]);
    const away = gateway.open({ url: 'postgres://gatehouse@127.0.0.1:1/none', patience: { finish: 300 } });
    const finished = await away.finish(Promise.resolve());
    expect(finished.left).toContain('ECONNREFUSED');
    expect((await gateway.drain()).rows).toBe(1);
    expect(await logged(instance)).toHaveLength(1);
  });

  test('a damaged line is skipped and counted, all others arrive', async () => {
    const instance = await makeInstance();
    const gateway = instance.gateway();
    await gateway.write([
      makeRecord({ time: NOON }),
      { ...makeRecord(), time: 'now' } as unknown as LogRecord,
      makeRecord({ time: NOON + MINUTE }),
    ]);
    expect(await gateway.drain()).toEqual({ rows: 2, damaged: 1 });
  });

  test('retention deletes days that are old beside the newest row, and roll-ups with them', async () => {
    const instance = await makeInstance();
    const gateway = instance.gateway();
    const today = dayOf(NOON);
    const ages = [0, 30, 31, 45];
    await gateway.write(ages.map((age) => makeRecord({ time: NOON - age * DAY })));
    const ingester = gateway.open();
    await ingester.drain();
    // A clock that jumped ahead by a year is believed a day.
    await ingester.retain(NOON + 365 * DAY);
    expect(await listPartitions(instance.pool)).toEqual([today]);
    await ingester.retain(NOON);
    expect((await logged(instance)).map(({ time }) => time)).toEqual([NOON]);
    const { rows } = await instance.pool.query(
      'SELECT count(*) FROM rollup WHERE id >= $1 AND id < $2',
      cellsBetween(MINUTE, 0, NOON + DAY),
    );
    // One of the token, one of all.
    expect(rows).toEqual([{ count: 2 }]);
    const whole = fitSeries({ from: NOON - 60 * DAY, to: NOON + DAY, grain: QUARTER }, 'UTC');
    expect((await instance.usage.summary(null, whole, false)).total).toBe(4);
    // A day that was deleted is made anew where a row of it comes after all.
    await gateway.write([makeRecord({ time: NOON - 45 * DAY })]);
    expect((await ingester.drain()).rows).toBe(1);
    ingester.close();
  });
});

/** Ingests, and ends as a kill would at the nth moment around a commit. */
async function killAt(gateway: Gateway, nth: number): Promise<void> {
  let moments = 0;
  const around: PostgresIngestOptions['around'] = () => {
    if (++moments === nth) throw new Error('killed');
  };
  const ingester = gateway.open({ around });
  try {
    await ingester.drain();
  } catch (thrown) {
    if ((thrown as Error).message !== 'killed') throw thrown;
  } finally {
    ingester.close();
  }
}
