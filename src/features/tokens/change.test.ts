import { describe, expect, test } from 'vitest';
import { ENGINES, handClock, refusal, testInstanceOn } from '../../../tests/support/instance.ts';
import { DAY } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';

describe.each(ENGINES)('on %s', (engine) => {
  async function withUser() {
    const clock = handClock();
    const { ask } = await testInstanceOn(engine, { clock });
    const user = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
    const create = async (more: Partial<Parameters<typeof ask.tokens.create>[0]> = {}) =>
      (await ask.tokens.create({ name: 'Rota', userId: user.id, scope: 'full', ...more })).token;
    return { ask, clock, create, in: (days: number) => new Date(clock.now() + days * DAY) };
  }

  test('a change gives the token what was given and leaves the rest', async () => {
    const { ask, create, in: away } = await withUser();
    const before = await create({ note: 'n' });
    const north = await ask.directory.places.add({ kind: 'location', name: 'North' });
    const endpoints = [{ kind: 'tag' as const, target: 'shifts', access: 'read' as const }];
    const restrictions = { businessUnits: [], locations: [north.id], userGroups: [] };
    const change = { expiresAt: away(5), scope: 'limited' as const, endpoints, restrictions };
    expect(await ask.tokens.update({ id: before.id, ...change })).toEqual({ ...before, ...change });
    const widened = await ask.tokens.update({ id: before.id, scope: 'read-only' });
    expect(widened).toEqual({ ...before, ...change, scope: 'read-only', endpoints: [] });
  });

  test.each([
    [
      'a list for another scope',
      { endpoints: [{ kind: 'tag', target: 'shifts', access: 'read' }] },
      'input.invalid',
    ],
    ['limited without a list', { scope: 'limited' }, 'input.invalid'],
    [
      'an unknown endpoint',
      { scope: 'limited', endpoints: [{ kind: 'tag', target: 'rockets', access: 'read' }] },
      'endpoint.unknown',
    ],
    [
      'an unknown place',
      { restrictions: { businessUnits: [], locations: [newId()], userGroups: [] } },
      'id.unknown',
    ],
    ['an expiry in the past', { expiresAt: new Date(0) }, 'expiry.past'],
  ] as const)('a change is refused whole for %s', async (_, change, code) => {
    const { ask, create } = await withUser();
    const before = await create();
    const asked = { id: before.id, name: 'other', ...change } as unknown as Parameters<
      typeof ask.tokens.update
    >[0];
    expect(await refusal(ask.tokens.update(asked))).toMatchObject({ code });
    expect(await ask.tokens.get({ id: before.id })).toEqual(before);
  });

  test('the rights of a revoked token do not change any more; an expired one can be given time again', async () => {
    const { ask, clock, create, in: away } = await withUser();
    const { id } = await create({ expiresAt: away(1) });
    clock.move(2 * DAY);
    expect((await ask.tokens.update({ id, expiresAt: away(1) })).status).toBe('active');
    await ask.tokens.revoke({ id });
    expect(await refusal(ask.tokens.update({ id, scope: 'read-only' }))).toMatchObject({
      code: 'token.revoked',
    });
  });

  test('beyond the maximum lifetime nothing is created or moved, and the refusal names the bound', async () => {
    const { ask, clock, create, in: away } = await withUser();
    const old = await create({ expiresAt: away(365) });
    expect(await ask.tokens.policy.show()).toEqual({ maxLifetimeDays: null });
    expect(await ask.tokens.policy.set({ maxLifetimeDays: 30 })).toEqual({ maxLifetimeDays: 30 });
    const beyond = { code: 'expiry.cap', data: { days: 30, latest: away(30).toISOString() } };
    for (const expiresAt of [null, new Date(away(30).getTime() + 1)]) {
      expect(await refusal(create({ expiresAt }))).toMatchObject(beyond);
      expect(await refusal(ask.tokens.update({ id: old.id, expiresAt }))).toMatchObject(beyond);
    }
    expect((await create({ expiresAt: away(30) })).expiresAt).toEqual(away(30));
    expect((await create()).expiresAt).toEqual(away(30));
    // What is there is not cut, and everything else about it can be changed.
    clock.move(1_000);
    const renamed = await ask.tokens.update({ id: old.id, name: 'new', expiresAt: old.expiresAt });
    expect(renamed.expiresAt).toEqual(old.expiresAt);
    await ask.tokens.policy.set({ maxLifetimeDays: null });
    expect((await create({ expiresAt: null })).expiresAt).toBeNull();
  });

  test('active tokens that expire within 1, 10 and 30 days are counted, and listed', async () => {
    const { ask, create, in: away } = await withUser();
    for (const days of [0.5, 1, 10, 30, 31]) await create({ name: String(days), expiresAt: away(days) });
    await create({ expiresAt: null });
    const off = await create({ expiresAt: away(1) });
    await ask.tokens.setActive({ id: off.id, active: false });
    expect(await ask.tokens.expiring()).toEqual({ within1Day: 2, within10Days: 3, within30Days: 4 });
    const { items } = await ask.tokens.list({ expiringWithinDays: 10, sort: 'expiresAt', descending: false });
    expect(items.map((token) => token.name)).toEqual(['0.5', '1', '10']);
  });

  test('many are revoked in one step, or none where one is not there', async () => {
    const { ask, create } = await withUser();
    const ids = [(await create()).id, (await create()).id];
    expect(await refusal(ask.tokens.revokeAll({ ids: [...ids, newId()] }))).toMatchObject({
      code: 'id.unknown',
    });
    expect((await ask.tokens.list({ status: 'revoked' })).total).toBe(0);
    await ask.tokens.revoke({ id: ids[0] as string });
    const revoked = await ask.tokens.revokeAll({ ids: [...ids, ids[1] as string] });
    expect(revoked.map((token) => [token.id, token.status])).toEqual(ids.map((id) => [id, 'revoked']));
  });
});
