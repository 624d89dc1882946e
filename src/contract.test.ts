import { join } from 'node:path';
import { type AnyRouter, createRouterClient, safe } from '@orpc/server';
import { expect, onTestFinished, test } from 'vitest';
import { testFolder } from '../tests/support/instance.ts';
import { callsOf } from './base/calls.ts';
import { type CallMeta, meets, ROLES, type Role } from './base/roles.ts';
import { contract } from './contract.ts';
import { openSqlite } from './db/open.ts';
import { placeOfFile } from './db/place.ts';
import { openHost } from './host.ts';

const calls = callsOf(contract);
const named = (wanted: (meta: CallMeta) => boolean) =>
  calls.filter(({ meta }) => wanted(meta)).map(({ path }) => path);

type Ask = (input: unknown) => Promise<unknown>;

/** A host, and the code that each call is denied with for a caller; null: it was not denied. */
async function openHostForAll() {
  const file = join(testFolder(), 'instance.db');
  const host = await openHost({ place: placeOfFile(file), actor: 'os:tester', gateway: 'here' });
  onTestFinished(() => host.close());
  const denial = async (path: string, role: Role, steppedUp: boolean, input: unknown) => {
    const client = createRouterClient(host.router as AnyRouter, {
      context: { actor: `admin:${role}`, role, steppedUp },
    });
    const call = path
      .split('.')
      .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], client) as Ask;
    const { error } = await safe(call(input));
    const { code, data } = (error ?? {}) as { code?: string; data?: { code: string } };
    return code === 'DENIED' ? data?.code : null;
  };
  const everything = () => {
    const db = openSqlite(file, { readonly: true });
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
    const rows = tables.map((table) => [table, db.prepare(`SELECT * FROM ${table}`).all()]);
    db.close();
    return rows;
  };
  return { host, denial, everything };
}

test('every call says what it needs', () => {
  expect(calls.length).toBeGreaterThan(50);
  expect(named(({ needs }) => needs === undefined)).toEqual([]);
});

test('what changes roles or keys needs the password again; what revokes or switches off never does', () => {
  expect(named(({ stepUp }) => stepUp === true)).toEqual([
    'tokens.keys.replace',
    'tokens.keys.retire',
    'admins.add',
    'admins.setRole',
    'admins.enable',
    'admins.resetPassword',
  ]);
});

test('each call is refused to every role that it is not for, before its input is looked at', async () => {
  const { host, denial, everything } = await openHostForAll();
  const before = everything();
  // The auditor first: nothing that one may call leaves a trace.
  for (const role of ROLES.toReversed()) {
    for (const { path, meta } of calls)
      for (const input of [undefined, {}])
        expect([path, await denial(path, role, true, input)]).toEqual([
          path,
          meets(role, meta.needs) ? null : 'role.denied',
        ]);
    if (role === 'auditor') {
      expect(everything()).toEqual(before);
      expect((await host.gateway.status()).state).toBe('stopped');
    }
  }
});

test('without the password again an owner is asked for it, by those calls only', async () => {
  const { denial } = await openHostForAll();
  for (const { path, meta } of calls)
    expect([path, await denial(path, 'owner', false, {})]).toEqual([
      path,
      meta.stepUp ? 'step_up.needed' : null,
    ]);
});
