import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { expect, inject, test } from 'vitest';
import { makeDatabase } from '../../../tests/support/postgres.ts';
import { migrate, openDatabase } from '../open.ts';
import { postgresMigrations } from './index.ts';

/** Two that were logged before, one of them without a token. */
const RECORDS = [
  {
    requestId: 'a',
    tokenId: 't1',
    tokenName: 'Straße',
    userId: 'u1',
    userName: 'Zoë',
    address: '10.0.0.1',
    method: 'GET',
    path: '/v1/x\0y',
    query: 'page=1',
    endpoint: 'GET /v1/x',
    tag: 'X',
    status: 200,
    reason: null,
    durationMs: 1.25,
    bytesIn: 3,
    bytesOut: 4,
    userAgent: 'Curl/8',
    filler: 'x'.repeat(1_000),
  },
  {
    requestId: 'b',
    tokenId: null,
    tokenName: null,
    userId: null,
    userName: null,
    address: 'fe80::1%eth0',
    method: 'POST',
    path: '/',
    query: '',
    endpoint: null,
    tag: null,
    status: 401,
    reason: 'token.missing',
    durationMs: 0.5,
    bytesIn: 0,
    bytesOut: 9,
    userAgent: '',
  },
];

test('rows from before have what is searched in columns of their own, and their values are listed', async () => {
  const url = await makeDatabase(inject('postgres'));
  const db = openDatabase({ engine: 'postgres', url });
  const before = Object.fromEntries(Object.entries(postgresMigrations).filter(([name]) => name < '0017'));
  const migrator = new Migrator({ db, provider: { getMigrations: async () => before } });
  expect((await migrator.migrateToLatest()).error).toBeUndefined();
  await sql`CREATE TABLE request_2026_01_01 PARTITION OF request FOR VALUES FROM (20454) TO (20455)`.execute(
    db,
  );
  for (const [id, record] of RECORDS.entries())
    await sql`
      INSERT INTO request (day, id, gateway, token_id, endpoint, tag, status, reason, counted, detail)
      VALUES (20454, ${id}, 1, ${record.tokenId}, ${record.endpoint}, ${record.tag}, ${record.status}, ${record.reason},
        TRUE, ${JSON.stringify(record)})`.execute(db);
  await migrate(db, url);
  const { rows } = await sql`
    SELECT token_name, user_id, user_name, method, address, ip::text, duration_ms, bytes_in, bytes_out, path, agent
    FROM request ORDER BY id`.execute(db);
  const [first, second] = rows;
  expect(first).toEqual({
    token_name: 'Straße',
    user_id: 'u1',
    user_name: 'Zoë',
    method: 'GET',
    address: '10.0.0.1',
    ip: '10.0.0.1/32',
    duration_ms: 1.25,
    bytes_in: 3,
    bytes_out: 4,
    path: '/V1/X\ufffdY?PAGE=1',
    agent: 'CURL/8',
  });
  expect(second).toMatchObject({ token_name: '', user_id: null, ip: null, path: '/', agent: '' });
  const listed =
    await sql`SELECT field, value, label, label_folded FROM request_value ORDER BY field`.execute(db);
  expect(listed.rows).toEqual([
    { field: 'endpoint', value: 'GET /v1/x', label: 'X', label_folded: 'X' },
    { field: 'reason', value: 'token.missing', label: '', label_folded: '' },
    { field: 'token', value: 't1', label: 'Straße', label_folded: 'STRASSE' },
    { field: 'user', value: 'u1', label: 'Zoë', label_folded: 'ZOË' },
  ]);
  await db.destroy();
});
