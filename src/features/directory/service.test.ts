import { describe, expect, test } from 'vitest';
import { ENGINES, refusal, testInstanceOn } from '../../../tests/support/instance.ts';
import { rawDatabase } from '../../../tests/support/raw-database.ts';
import { newId } from '../../base/ids.ts';
import type { InstancePlace } from '../../db/place.ts';
import { readPolicyUsers } from './policy-rows.ts';

describe.each(ENGINES)('on %s', (engine) => {
  const policyOf = async (place: InstancePlace, id: string) => {
    const raw = rawDatabase(place);
    const [last] = await raw.rows('SELECT kind, entity FROM policy_change ORDER BY version DESC');
    return { user: (await raw.read(readPolicyUsers([id])))[0], last };
  };

  test('places are listed by kind and name, and a name is unique in its kind whatever its capitals', async () => {
    const { ask } = await testInstanceOn(engine);
    const zurich = await ask.directory.places.add({ kind: 'location', name: 'Zürich' });
    await ask.directory.places.add({ kind: 'location', name: 'amsterdam' });
    await ask.directory.places.add({ kind: 'businessUnit', name: 'ZÜRICH' });
    expect((await ask.directory.places.list()).map((place) => `${place.kind} ${place.name}`)).toEqual([
      'businessUnit ZÜRICH',
      'location amsterdam',
      'location Zürich',
    ]);
    expect(await refusal(ask.directory.places.add({ kind: 'location', name: 'zÜRICH' }))).toEqual({
      code: 'name.taken',
      data: { kind: 'location', name: 'zÜRICH' },
    });
    expect(await refusal(ask.directory.places.rename({ ...zurich, name: 'Amsterdam' }))).toMatchObject({
      code: 'name.taken',
    });
    expect((await ask.directory.places.rename({ ...zurich, name: 'ZÜRICH' })).name).toBe('ZÜRICH');
  });

  test('renaming and removing an unknown place is id.unknown, and one of another kind is unknown', async () => {
    const { ask } = await testInstanceOn(engine);
    const place = await ask.directory.places.add({ kind: 'location', name: 'North' });
    const other = { kind: 'userGroup' as const, id: place.id };
    expect(await refusal(ask.directory.places.rename({ ...other, name: 'x' }))).toMatchObject({
      code: 'id.unknown',
    });
    expect(await refusal(ask.directory.places.remove(other))).toMatchObject({ code: 'id.unknown' });
    await ask.directory.places.remove({ kind: 'location', id: place.id });
    expect(await ask.directory.places.list()).toEqual([]);
  });

  test('a place is in use while a user, a token or an employee refers to it', async () => {
    const { ask, place } = await testInstanceOn(engine);
    const add = (kind: 'businessUnit' | 'location' | 'userGroup') =>
      ask.directory.places.add({ kind, name: 'here' });
    const [unit, location, group] = [
      await add('businessUnit'),
      await add('location'),
      await add('userGroup'),
    ];
    const none = { businessUnits: [], locations: [], userGroups: [] };
    const user = await ask.directory.users.add({
      email: 'ada@example.org',
      name: 'Ada',
      restrictions: { ...none, userGroups: [group.id] },
    });
    await ask.tokens.create({
      name: 't',
      userId: user.id,
      scope: 'full',
      restrictions: { ...none, locations: [location.id] },
    });
    await rawDatabase(place).run(
      `INSERT INTO employee (id, name, email, position, status, business_unit_id, location_id, created_at)
       VALUES (?, 'E', 'e@example.org', '', 'active', ?, ?, 0)`,
      newId(),
      unit.id,
      location.id,
    );
    const remove = ({ kind, id }: typeof unit) => refusal(ask.directory.places.remove({ kind, id }));
    expect(await remove(group)).toEqual({
      code: 'in.use',
      data: { kind: 'user group', count: 1, by: 'users' },
    });
    expect(await remove(location)).toEqual({
      code: 'in.use',
      data: { kind: 'location', count: 1, by: 'tokens' },
    });
    expect(await remove(unit)).toEqual({
      code: 'in.use',
      data: { kind: 'business unit', count: 1, by: 'employees' },
    });
  });

  test('a user has write access and sees everything unless one says otherwise; e-mails are unique', async () => {
    const { ask, place } = await testInstanceOn(engine);
    const ada = await ask.directory.users.add({ email: 'ada@example.org', name: ' Ada ' });
    expect(ada).toMatchObject({ name: 'Ada', access: 'write', active: true, tokens: 0 });
    expect(await policyOf(place, ada.id)).toEqual({
      user: {
        id: ada.id,
        name: 'Ada',
        email: 'ada@example.org',
        access: 'write',
        active: true,
        restrictions: { businessUnits: [], locations: [], userGroups: [] },
      },
      last: { kind: 'user', entity: ada.id },
    });
    expect(await refusal(ask.directory.users.add({ email: 'ADA@example.org', name: 'x' }))).toEqual({
      code: 'name.taken',
      data: { kind: 'user', name: 'ADA@example.org' },
    });
  });

  test('an update leaves alone what it does not name', async () => {
    const { ask, place } = await testInstanceOn(engine);
    const unit = await ask.directory.places.add({ kind: 'businessUnit', name: 'North' });
    const restrictions = { businessUnits: [unit.id], locations: [], userGroups: [] };
    const { id } = await ask.directory.users.add({
      email: 'ada@example.org',
      name: 'Ada',
      access: 'read',
      restrictions,
    });
    expect(await ask.directory.users.update({ id, name: 'Ada L.' })).toMatchObject({
      name: 'Ada L.',
      access: 'read',
      restrictions,
    });
    expect(await ask.directory.users.update({ id, access: 'write' })).toMatchObject({
      name: 'Ada L.',
      access: 'write',
      restrictions,
    });
    const none = { businessUnits: [], locations: [], userGroups: [] };
    expect((await ask.directory.users.update({ id, restrictions: none })).restrictions).toEqual(none);
    expect(await policyOf(place, id)).toMatchObject({
      user: { restrictions: none },
      last: { kind: 'user', entity: id },
    });
  });

  test('a refused update changes nothing', async () => {
    const { ask } = await testInstanceOn(engine);
    const user = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
    const nowhere = { businessUnits: [newId()], locations: [], userGroups: [] };
    expect(
      await refusal(ask.directory.users.update({ id: user.id, name: 'x', restrictions: nowhere })),
    ).toMatchObject({ code: 'id.unknown' });
    expect(await ask.directory.users.list()).toEqual([user]);
  });

  test('a deactivated user is so in the policy at once, and the count leaves out revoked tokens', async () => {
    const { ask, place } = await testInstanceOn(engine);
    const { id } = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
    const { token } = await ask.tokens.create({ name: 'a', userId: id, scope: 'full' });
    await ask.tokens.create({ name: 'b', userId: id, scope: 'full' });
    await ask.tokens.revoke({ id: token.id });
    expect(await ask.directory.users.setActive({ id, active: false })).toMatchObject({
      active: false,
      tokens: 1,
    });
    expect(await policyOf(place, id)).toMatchObject({
      user: { active: false },
      last: { kind: 'user', entity: id },
    });
    expect((await ask.tokens.get({ id: token.id })).userActive).toBe(false);
    expect(await ask.directory.users.setActive({ id, active: true })).toMatchObject({ active: true });
  });
});
