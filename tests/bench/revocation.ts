/**
 * `npm run bench`: how long after a revocation has returned a gateway still lets the token in, with three gateways on one
 * Postgres and one Redis, under load. The promise is 2 s; no figure means that not one request was let in afterwards.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRouterClient } from '@orpc/server';
import { placeOfPostgres } from '../../src/db/place.ts';
import { openInstance } from '../../src/instance.ts';
import { hammer } from '../support/hammer.ts';
import { makeDatabase, startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { median, type Started, withBench } from './parts.ts';

const REVOCATIONS = Number(process.env.BENCH_REVOCATIONS ?? 40);
const GATEWAYS = 3;
const GIVE_UP_MS = 10_000;

const postgres = await startPostgres();
const redis = await startRedis();
const url = await makeDatabase(postgres.url);

try {
  await withBench(
    async ({ folder, secret, serve }) => {
      const gateways: Started[] = [];
      for (let n = 0; n < GATEWAYS; n++)
        gateways.push(await serve('--data-dir', join(folder, `gateway-${n}`), '--redis', redis.url));
      const addresses = gateways.map(({ address }) => address);
      const instance = await openInstance({
        place: placeOfPostgres({ url, keyFile: join(folder, 'bench.key') }),
        actor: 'os:bench',
      });
      const ask = createRouterClient(instance.router, { context: instance.context });
      const [user] = await ask.directory.users.list();
      if (user === undefined) throw new Error('the bench has a user');
      const background = hammer(() => addresses, secret, { connections: 8, path: '/v1/locations' });
      const late: number[] = [];
      for (let n = 0; n < REVOCATIONS; n++) {
        const made = await ask.tokens.create({ name: `To be revoked ${n}`, userId: user.id, scope: 'full' });
        const own = hammer(() => addresses, made.secret, { connections: 2 });
        const letIn = () => new Set(own.answered.filter((a) => a.status === 200).map((a) => a.gateway)).size;
        const until = performance.now() + GIVE_UP_MS;
        while (letIn() < GATEWAYS) {
          if (performance.now() > until) throw new Error('a gateway does not know a new token');
          await sleep(5);
        }
        await ask.tokens.revoke({ id: made.token.id });
        const returned = performance.now();
        await sleep(1_000);
        const answers = await own.stop();
        const last = Math.max(...answers.filter(({ status }) => status === 200).map(({ at }) => at));
        late.push(Math.max(0, last - returned));
      }
      const { length } = await background.stop();
      await instance.close();
      const none = late.filter((ms) => ms === 0).length;
      console.log(
        `\nA revocation with ${GATEWAYS} gateways under load (${length} requests beside it), ${REVOCATIONS} times: ` +
          `not one request let in after it returned in ${none}; ` +
          `the last one let in ${median(late).toFixed(1)} ms after it (median), ${Math.max(...late).toFixed(1)} ms (worst)`,
      );
      for (const one of gateways) {
        one.process.kill('SIGTERM');
        await new Promise((resolve) => one.process.once('exit', resolve));
      }
    },
    (folder) => ['--db', url, '--key-file', join(folder, 'bench.key')],
  );
} finally {
  await Promise.all([postgres.stop(), redis.stop()]);
}
