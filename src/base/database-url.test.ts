import pg from 'pg';
import { expect, test } from 'vitest';
import { databaseUrl, readDatabaseUrl, type TlsMode } from './database-url.ts';

const parts = { host: 'db.example', port: 6_432, database: 'gatehouse', user: 'console' };

test('a URL is taken apart, its password apart from the rest', () => {
  expect(
    readDatabaseUrl(' postgres://con%40sole:p%40ss%2Fword@DB.example:6432/gatehouse?sslmode=require '),
  ).toEqual({
    ok: true,
    parts: { ...parts, user: 'con@sole', tls: 'required' },
    password: 'p@ss/word',
  });
});

test('what a URL does not say is Postgres’s own: the port, and the user’s name for the database', () => {
  expect(readDatabaseUrl('postgresql://console@[::1]')).toEqual({
    ok: true,
    parts: { host: '::1', port: 5_432, database: 'console', user: 'console', tls: 'off' },
    password: null,
  });
});

test.each<[string, string, TlsMode]>([
  ['db.example', '', 'verified'],
  ['127.0.0.1', '', 'off'],
  ['localhost', '?sslmode=verify-full', 'verified'],
  ['db.example', '?sslmode=disable', 'off'],
  ['db.example', '?sslmode=prefer', 'required'],
  ['db.example', '?ssl=true&application_name=x', 'verified'],
  ['db.example', '?ssl=0', 'off'],
])('TLS to %s with "%s" is %s', (host, query, tls) => {
  expect(readDatabaseUrl(`postgres://a@${host}/b${query}`)).toMatchObject({ ok: true, parts: { tls } });
});

test.each([
  ['https://db.example/x', /must be as postgres/],
  ['db.example', /must be as postgres/],
  ['postgres:///b', /names no host/],
  ['postgres://db.example/b', /names no user/],
  ['postgres://a@h/b?sslmode=maybe', /no sslmode maybe/],
  ['postgres://a@h/b?host=other', /parameter host is not known/],
  ['postgres://a%zz@h/b', /begins no character/],
])('%s is none', (text, why) => {
  expect(readDatabaseUrl(text)).toEqual({ ok: false, detail: expect.stringMatching(why) });
});

test.each<[TlsMode, unknown]>([
  ['off', false],
  ['required', { rejectUnauthorized: false }],
  ['verified', {}],
])('what is put together again (TLS %s) means the same to the driver and to us', (tls, ssl) => {
  const there = { host: '2001:db8::7', port: 1, database: 'a b%c', user: 'o/p:q@r', tls };
  const url = databaseUrl(there, 'a:b@c/d?e#f%');
  expect(readDatabaseUrl(url)).toEqual({ ok: true, parts: there, password: 'a:b@c/d?e#f%' });
  const client = new pg.Client({ connectionString: url });
  expect(client).toMatchObject({
    host: '2001:db8::7',
    port: 1,
    database: 'a b%c',
    user: 'o/p:q@r',
    password: 'a:b@c/d?e#f%',
    ssl,
  });
  expect(readDatabaseUrl(databaseUrl(there))).toMatchObject({ ok: true, password: null });
});
