import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startCuttable, through } from '../../../../tests/support/cut.ts';
import { DAY } from '../../../base/clock.ts';
import { QUARTER } from '../../usage/cell-id.ts';
import { fitSeries } from '../../usage/grain.ts';
import { openJournal } from '../journal.ts';
import { makeRecord } from '../testing.ts';
import { type LogWriterOptions, startLogWriter } from '../writer.ts';
import { everyRecord, makePostgresLog } from './testing.ts';

async function makeInstance() {
  const instance = await makePostgresLog();
  onTestFinished(instance.close);
  const gateway = instance.gateway();
  const ids = async () => {
    const records = await everyRecord(instance.log);
    return records.map(({ requestId }) => requestId);
  };
  const usageTotal = async () => {
    const now = Math.floor(Date.now() / DAY) * DAY;
    const range = fitSeries({ from: now - DAY, to: now + 2 * DAY, grain: QUARTER }, 'UTC');
    return (await instance.usage.summary(null, range, false)).total;
  };
  const start = (options: LogWriterOptions & { url?: string } = {}) =>
    startLogWriter(
      {
        database: { engine: 'postgres', url: options.url ?? instance.url },
        name: instance.url,
        journal: gateway.journal,
      },
      { gateway: { id: gateway.id, number: gateway.number }, ...options },
    );
  return { ...instance, writing: gateway, ids, usageTotal, start };
}

const until = async (isDone: () => Promise<boolean>) => {
  while (!(await isDone())) await delay(20);
};

/** A process that journals as fast as it can, beside a log writer, and prints the id of each record it has journalled. */
const CHILD = `(async () => {
  const { startLogWriter } = await import(process.env.AT + '/writer.ts');
  const { openJournal } = await import(process.env.AT + '/journal.ts');
  const { makeRecord } = await import(process.env.AT + '/testing.ts');
  const { url, journal, gateway } = JSON.parse(process.env.START);
  const writer = await startLogWriter({ database: { engine: 'postgres', url }, name: url, journal }, { gateway });
  const open = openJournal(journal, writer.lastSegment, { segmentBytes: 200_000 });
  for (;;) {
    await Promise.all(Array.from({ length: 20 }, async () => {
      const record = makeRecord();
      await open.append(record);
      process.stdout.write(record.requestId + '\\n');
    }));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
})()`;

describe('the log writer thread on Postgres', () => {
  test('replays before it is ready, brings new rows in by itself, and drains when it closes', async () => {
    const instance = await makeInstance();
    const [first, second, last] = [makeRecord(), makeRecord(), makeRecord()];
    await instance.writing.write([first]);
    const writer = await instance.start();
    expect(await instance.ids()).toEqual([first.requestId]);
    const journal = openJournal(instance.writing.journal, writer.lastSegment);
    await journal.append(second);
    await until(async () => (await instance.ids()).length === 2);
    await journal.append(last);
    await journal.close();
    await writer.close();
    expect((await instance.ids()).sort()).toEqual([first, second, last].map((one) => one.requestId).sort());
    expect(await instance.usageTotal()).toBe(3);
  });

  test('three under load, killed and cut off: every record that was acknowledged is logged once, and the roll-ups agree', async () => {
    const instance = await makeInstance();
    const acknowledged: string[] = [];
    let running = 3;
    const live = async (gateway: ReturnType<typeof instance.gateway>) => {
      let own = 0;
      // One whose connection is cut before it has started ends at once, and is started again.
      for (const enough of [200, 600, 1_000])
        while (own < enough) {
          const child = spawn(process.execPath, ['-e', CHILD], {
            env: {
              ...process.env,
              AT: `${import.meta.dirname}/..`,
              START: JSON.stringify({
                url: instance.url,
                journal: gateway.journal,
                gateway: { id: gateway.id, number: gateway.number },
              }),
            },
            // A writer that is cut off says so.
            stdio: ['ignore', 'pipe', 'ignore'],
          });
          const lines = createInterface({ input: child.stdout });
          lines.on('line', (line) => {
            acknowledged.push(line);
            if (++own >= enough) child.kill('SIGKILL');
          });
          await Promise.all([once(child, 'close'), once(lines, 'close')]);
        }
      running--;
    };
    const cutNowAndThen = async () => {
      while (running > 0) {
        await instance.pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
           AND application_name = 'gatehouse log writer' AND query_start < now() - interval '50 ms' AND random() < 0.3`,
        );
        await delay(150);
      }
    };
    const gateways = [1, 2, 3].map((number) => instance.gateway(number));
    await Promise.all([...gateways.map(live), cutNowAndThen()]);
    for (const gateway of gateways) await gateway.drain();
    const logged = await instance.ids();
    expect(new Set(logged).size).toBe(logged.length);
    const ids = new Set(logged);
    expect(acknowledged.length).toBeGreaterThanOrEqual(3_000);
    expect(acknowledged.filter((one) => !ids.has(one))).toEqual([]);
    expect(await instance.usageTotal()).toBe(logged.length);
    const seen = await instance.log.addressesSeen(0);
    expect(seen.reduce((sum, { requests }) => sum + requests, 0)).toBe(logged.length);
  }, 120_000);

  test('what is journalled while the database is away comes in once when it is back', async () => {
    const instance = await makeInstance();
    const way = await startCuttable(Number(new URL(instance.url).port));
    onTestFinished(() => way.close());
    const problems: string[] = [];
    const writer = await instance.start({
      url: through(instance.url, way.port),
      onProblem: (detail) => problems.push(detail),
    });
    const journal = openJournal(instance.writing.journal, writer.lastSegment);
    const records = Array.from({ length: 50 }, () => makeRecord());
    for (const [n, record] of records.entries()) {
      if (n === 20) way.cut();
      await journal.append(record);
    }
    await until(async () => problems.length > 0);
    expect(writer.progress().bytesWaiting).toBeGreaterThanOrEqual(0);
    way.heal();
    await until(async () => (await instance.ids()).length === records.length);
    await journal.close();
    await writer.close();
    expect((await instance.ids()).sort()).toEqual(records.map(({ requestId }) => requestId).sort());
    expect(await instance.usageTotal()).toBe(records.length);
    expect(problems.every((one) => one.endsWith('; trying again'))).toBe(true);
  }, 30_000);

  test('one that closes while the database is away says so, and the next brings the rest in', async () => {
    const instance = await makeInstance();
    const way = await startCuttable(Number(new URL(instance.url).port));
    onTestFinished(() => way.close());
    const problems: string[] = [];
    const writer = await instance.start({
      url: through(instance.url, way.port),
      onProblem: (detail) => problems.push(detail),
    });
    way.cut();
    await instance.writing.write([makeRecord()]);
    await writer.close();
    expect(problems.at(-1)).toMatch(/the rest of the request journal is for the next start$/);
    await (await instance.start()).close();
    expect(await instance.ids()).toHaveLength(1);
  }, 30_000);

  test('does not start while the database is away', async () => {
    const instance = await makeInstance();
    const url = through(instance.url, 1);
    await expect(instance.start({ url, onProblem: () => undefined })).rejects.toThrow('ECONNREFUSED');
  });

  test('moves a secret to the current key, and says that its token changed', async () => {
    const instance = await makeInstance();
    const { pool } = instance;
    const [old, moved] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    await pool.query(`INSERT INTO setting (name, value) VALUES ('key.id', 'new')`);
    const client = await pool.connect();
    // The secret alone is enough here.
    await client.query('SET session_replication_role = replica');
    await client.query(
      `INSERT INTO token_secret (id, hash, key_id, token_id, prefix, created_at, purpose)
       VALUES ('s', $1, 'old', 't', 'gh_', 1, 'client')`,
      [old],
    );
    client.release(true);
    const writer = await instance.start();
    const rehash = { secretId: 's', tokenId: 't', fromKeyId: 'old' };
    writer.rehash({ ...rehash, keyId: 'other', hash: Buffer.alloc(32, 3) });
    writer.rehash({ ...rehash, keyId: 'new', hash: moved });
    const stored = async () => (await pool.query('SELECT hash, key_id FROM token_secret')).rows;
    await until(async () => (await stored())[0].key_id === 'new');
    await writer.close();
    expect(await stored()).toEqual([{ hash: moved, key_id: 'new' }]);
    expect((await pool.query('SELECT kind, entity FROM policy_change')).rows).toEqual([
      { kind: 'token', entity: 't' },
    ]);
  });
});
