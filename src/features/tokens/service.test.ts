import { describe, expect, test } from 'vitest';
import { ENGINES, handClock, refusal, testInstanceOn } from '../../../tests/support/instance.ts';
import { rawDatabase } from '../../../tests/support/raw-database.ts';
import { DAY } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import { openSqlite } from '../../db/open.ts';
import { readKeyRing } from './key-ring.ts';
import { readPolicyTokens } from './policy-rows.ts';

describe.each(ENGINES)('on %s', (engine) => {
  async function withUser() {
    const clock = handClock();
    const instance = await testInstanceOn(engine, { clock });
    const { ask } = instance;
    const user = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
    const create = async (name: string, more: Partial<Parameters<typeof ask.tokens.create>[0]> = {}) =>
      (await ask.tokens.create({ name, userId: user.id, scope: 'full', ...more })).token;
    const raw = rawDatabase(instance.place);
    const policy = async (id: string) => {
      const [token] = await raw.read(readPolicyTokens([id]));
      const changes = await raw.rows<{ version: number; kind: string; entity: string }>(
        'SELECT version, kind, entity FROM policy_change ORDER BY version',
      );
      const { version = 0, ...last } = changes.at(-1) ?? {};
      return { token, version, last };
    };
    return { ...instance, clock, user, create, policy, raw };
  }

  test('create gives the secret once, and neither the database nor any other call has it', async () => {
    const { ask, place, raw, user, policy } = await withUser();
    const { token, secret } = await ask.tokens.create({ name: 'Rota', userId: user.id, scope: 'read-only' });
    expect(token).toMatchObject({
      name: 'Rota',
      user: 'ada@example.org',
      status: 'active',
      createdBy: 'os:tester',
    });
    expect(secret.startsWith(token.prefix)).toBe(true);
    const shown = JSON.stringify([await ask.tokens.get({ id: token.id }), await ask.tokens.list({})]);
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain(secret.slice(10));
    const { token: row } = await policy(token.id);
    const key = readKeyRing(place).current;
    expect(row?.secrets).toMatchObject([{ hash: key.hash(secret), keyId: key.id, validUntil: null }]);
    if (place.database.engine === 'sqlite')
      expect(openSqlite(place.database.file).serialize().includes(secret)).toBe(false);
    for (const table of ['token', 'token_secret', 'audit_entry', 'policy_change', 'setting'])
      expect(JSON.stringify(await raw.rows(`SELECT * FROM ${table}`))).not.toContain(secret);
  });

  test('a token expires 90 days from now by default, never when one says so, and not in the past', async () => {
    const { create, clock } = await withUser();
    expect((await create('default')).expiresAt).toEqual(new Date(clock.now() + 90 * DAY));
    expect((await create('never', { expiresAt: null })).expiresAt).toBeNull();
    const soon = new Date(clock.now() + 1);
    expect((await create('soon', { expiresAt: soon })).expiresAt).toEqual(soon);
    expect(await refusal(create('now', { expiresAt: new Date(clock.now()) }))).toMatchObject({
      code: 'expiry.past',
    });
  });

  test('create refuses unknown users, places and endpoints, and deactivated users', async () => {
    const { ask, create, user } = await withUser();
    const unknown = newId();
    expect(await refusal(create('x', { userId: unknown }))).toEqual({
      code: 'id.unknown',
      data: { kind: 'user', id: unknown },
    });
    const nowhere = { businessUnits: [], locations: [unknown], userGroups: [] };
    expect(await refusal(create('x', { restrictions: nowhere }))).toEqual({
      code: 'id.unknown',
      data: { kind: 'location', id: unknown },
    });
    const wrong = {
      scope: 'limited' as const,
      endpoints: [{ kind: 'tag' as const, target: 'rockets', access: 'read' as const }],
    };
    expect(await refusal(create('x', wrong))).toMatchObject({
      code: 'endpoint.unknown',
      data: { name: 'rockets', known: expect.stringContaining('shifts') },
    });
    await ask.directory.users.setActive({ id: user.id, active: false });
    expect(await refusal(create('x'))).toEqual({ code: 'user.deactivated', data: { name: 'Ada' } });
    expect((await ask.tokens.list({})).total).toBe(0);
  });

  test('a limited token keeps its endpoints and restrictions; named twice, an endpoint has the wider access', async () => {
    const { ask, create, policy } = await withUser();
    const [endpoint] = await ask.endpoints.list();
    if (!endpoint) throw new Error('the catalogue is empty');
    const north = await ask.directory.places.add({ kind: 'location', name: 'North' });
    const token = await create('limited', {
      scope: 'limited',
      endpoints: [
        { kind: 'tag', target: endpoint.tag, access: 'write' },
        { kind: 'tag', target: endpoint.tag, access: 'read' },
        { kind: 'operation', target: endpoint.operation, access: 'read' },
      ],
      restrictions: { businessUnits: [], locations: [north.id, north.id], userGroups: [] },
    });
    expect(token.endpoints).toHaveLength(2);
    expect(token.endpoints).toContainEqual({ kind: 'tag', target: endpoint.tag, access: 'write' });
    expect(token.restrictions).toEqual({ businessUnits: [], locations: [north.id], userGroups: [] });
    expect((await policy(token.id)).token).toMatchObject({
      scope: 'limited',
      endpoints: token.endpoints,
      restrictions: token.restrictions,
      active: true,
      revokedAt: null,
    });
  });

  test('of several statuses that fit, the most final is shown: revoked, expired, inactive, active', async () => {
    const { ask, create, clock } = await withUser();
    const statusOf = async (id: string) => (await ask.tokens.get({ id })).status;
    const { id } = await create('t', { expiresAt: new Date(clock.now() + 1_000) });
    expect(await statusOf(id)).toBe('active');
    await ask.tokens.setActive({ id, active: false });
    expect(await statusOf(id)).toBe('inactive');
    clock.move(999);
    expect(await statusOf(id)).toBe('inactive');
    clock.move(1);
    expect(await statusOf(id)).toBe('expired');
    await ask.tokens.revoke({ id });
    expect(await statusOf(id)).toBe('revoked');
  });

  test('revoking is final: again changes nothing, and switching on is refused', async () => {
    const { ask, create, clock, policy } = await withUser();
    const { id } = await create('t');
    const before = (await policy(id)).version;
    const first = await ask.tokens.revoke({ id });
    expect(first.revokedAt).toEqual(new Date(clock.now()));
    expect(await policy(id)).toMatchObject({ version: before + 1, last: { kind: 'token', entity: id } });
    expect((await policy(id)).token?.revokedAt).toBe(clock.now());
    clock.move(5_000);
    expect(await ask.tokens.revoke({ id })).toEqual(first);
    expect((await policy(id)).version).toBe(before + 1);
    expect(await refusal(ask.tokens.setActive({ id, active: true }))).toMatchObject({
      code: 'token.revoked',
    });
    expect((await ask.tokens.update({ id, note: 'leaked in a gist' })).note).toBe('leaked in a gist');
  });

  test('switching off and on, and a new name, are policy changes; a note alone is none', async () => {
    const { ask, create, policy } = await withUser();
    const { id } = await create('t');
    const version = (await policy(id)).version;
    await ask.tokens.setActive({ id, active: false });
    expect(await policy(id)).toMatchObject({ version: version + 1, token: { active: false } });
    await ask.tokens.setActive({ id, active: true });
    await ask.tokens.update({ id, name: 'new name' });
    expect(await policy(id)).toMatchObject({
      version: version + 3,
      token: { active: true, name: 'new name' },
    });
    expect(await ask.tokens.update({ id, note: 'n' })).toMatchObject({ name: 'new name', note: 'n' });
    expect((await policy(id)).version).toBe(version + 3);
  });

  test.each(['get', 'revoke'] as const)('%s of an unknown token is id.unknown', async (call) => {
    const { ask } = await testInstanceOn(engine);
    expect(await refusal(ask.tokens[call]({ id: newId() }))).toMatchObject({ code: 'id.unknown' });
  });

  test('the list searches name, user, note, prefix and id, whatever the capitals', async () => {
    const { ask, create, user } = await withUser();
    const grace = await ask.directory.users.add({ email: 'grace@example.org', name: 'Grace Hopper' });
    const umlaut = await create('Übergabe 100%');
    const noted = await create('plain', { note: 'for the MÜNCHEN office' });
    const hers = await create('compiler', { userId: grace.id });
    const found = async (search: string) =>
      (await ask.tokens.list({ search, sort: 'name', descending: false })).items.map((token) => token.id);
    expect(await found('übergabe')).toEqual([umlaut.id]);
    expect(await found('100%')).toEqual([umlaut.id]);
    expect(await found('%')).toEqual([umlaut.id]);
    expect(await found('münchen')).toEqual([noted.id]);
    expect(await found('HOPPER')).toEqual([hers.id]);
    expect(await found('grace@')).toEqual([hers.id]);
    expect(await found(noted.prefix)).toEqual([noted.id]);
    expect(await found(hers.id.toUpperCase())).toEqual([hers.id]);
    expect(await found(' ')).toHaveLength(3);
    expect(await found('nothing like it')).toEqual([]);
    const byUser = await ask.tokens.list({ userId: user.id });
    expect(byUser.total).toBe(2);
  });

  test('a whole secret in the search finds the token it belongs to', async () => {
    const { ask, user, create } = await withUser();
    await create('other');
    const { token, secret } = await ask.tokens.create({ name: 'mine', userId: user.id, scope: 'full' });
    const { items } = await ask.tokens.list({ search: ` ${secret} ` });
    expect(items.map((found) => found.id)).toEqual([token.id]);
  });

  test('the list sorts on every column, filters by status, and pages with the total', async () => {
    const { ask, create, clock, raw } = await withUser();
    const b = await create('b', { expiresAt: null });
    clock.move(1_000);
    await create('A', { expiresAt: new Date(clock.now() + DAY) });
    clock.move(1_000);
    const c = await create('c');
    await ask.tokens.revoke({ id: b.id });
    await ask.tokens.setActive({ id: c.id, active: false });
    await raw.run('INSERT INTO token_use VALUES (?, ?, ?)', c.id, clock.now(), '10.0.0.9');
    const order = async (
      sort: 'name' | 'createdAt' | 'lastUsedAt' | 'status' | 'expiresAt',
      descending: boolean,
    ) => (await ask.tokens.list({ sort, descending })).items.map((token) => token.name).join('');
    expect(await order('name', false)).toBe('Abc');
    expect(await order('createdAt', true)).toBe('cAb');
    expect(await order('status', false)).toBe('Acb');
    expect(await order('expiresAt', false)).toBe('Acb');
    expect((await order('lastUsedAt', true))[0]).toBe('c');
    expect(await ask.tokens.get({ id: c.id })).toMatchObject({
      lastUsedAt: new Date(clock.now()),
      lastAddress: '10.0.0.9',
    });
    expect((await ask.tokens.list({ status: 'revoked' })).items.map((token) => token.name)).toEqual(['b']);
    const page = await ask.tokens.list({ sort: 'name', descending: false, offset: 1, limit: 1 });
    expect(page.total).toBe(3);
    expect(page.items.map((token) => token.name)).toEqual(['b']);
    expect(await ask.tokens.list({ offset: 9 })).toEqual({ items: [], total: 3 });
  });
});
