import { once } from 'node:events';
import { createServer } from 'node:net';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { freePort } from '../../tests/support/postgres.ts';
import { asDatabaseFault } from './database-faults.ts';
import { withoutPassword } from './place.ts';
import { clientConfig, openPool } from './postgres.ts';

const nobody = async (url: string) => {
  const client = new pg.Client(clientConfig(url));
  client.on('error', () => undefined);
  return client.connect().then(
    () => expect.fail('it was let in'),
    (thrown: unknown) => asDatabaseFault(thrown, withoutPassword(url)),
  );
};
const at = (change: (url: URL) => void): string => {
  const url = new URL(inject('postgres'));
  url.password = 'hunter22';
  change(url);
  return url.href;
};

test('nobody listens, there is no such host, no such database, nor TLS: each is said, never with the password', async () => {
  const port = String(await freePort());
  const seen = [
    await nobody(at((url) => (url.port = port))),
    await nobody(at((url) => (url.hostname = 'nobody.invalid'))),
    await nobody(at((url) => url.searchParams.set('sslmode', 'verify-full'))),
    await nobody(at((url) => (url.pathname = '/nothing_here'))),
    await nobody(at((url) => (url.username = 'stranger'))),
  ];
  expect(seen.map((fault) => fault?.code)).toEqual([
    'database.unavailable',
    'database.unavailable',
    'database.unavailable',
    'database.missing',
    'database.refused',
  ]);
  for (const fault of seen) expect(fault?.message).not.toContain('hunter22');
});

test('who takes the connection and says nothing is away, too', async () => {
  const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as { port: number };
  const client = new pg.Client({
    ...clientConfig(`postgres://a@127.0.0.1:${port}/b`),
    connectionTimeoutMillis: 50,
  });
  const thrown = await client.connect().catch((error: unknown) => error);
  expect(asDatabaseFault(thrown, 'x')?.code).toBe('database.unavailable');
  silent.close();
});

test('a connection that is cut while it is used is away; a mistake of ours is no such thing', async () => {
  const pool = openPool(inject('postgres'));
  const cut = await pool
    .query('SELECT pg_terminate_backend(pg_backend_pid())')
    .catch((error: unknown) => error);
  expect(asDatabaseFault(cut, 'x')?.code).toBe('database.unavailable');
  const mistake = await pool.query('SELECT nothing').catch((error: unknown) => error);
  expect(asDatabaseFault(mistake, 'x')).toBe(null);
  expect(asDatabaseFault(new TypeError('x is not a function'), 'x')).toBe(null);
  await pool.end();
});
