import { createRouterClient } from '@orpc/server';
import { describe, expect, test } from 'vitest';
import { ENGINES, testInstanceOn } from '../../../tests/support/instance.ts';
import { rawDatabase } from '../../../tests/support/raw-database.ts';
import { localOwner } from '../answer-faults.ts';

describe.each(ENGINES)('on %s', (engine) => {
  const PASSWORD = 'correct horse battery';
  const OTHER_PASSWORD = 'wrong donkey dynamo';

  const code = (call: Promise<unknown>) =>
    call.then(
      () => 'answered',
      (error: { code?: string }) => error.code ?? error,
    );

  /** An instance with the owner ada, its door as a visitor sees it, and what was recorded since ada was made. */
  async function withAda() {
    const { ask, instance, place } = await testInstanceOn(engine);
    const ada = await ask.admins.add({ name: 'ada', role: 'owner', password: PASSWORD });
    const session = (credential: string | null = null) =>
      createRouterClient(instance.door, {
        context: { ...localOwner('os:tester'), address: '192.0.2.1', userAgent: 'test', credential },
      }).session;
    const recorded = async () => {
      const { items } = await ask.audit.list({});
      return items
        .filter(({ action }) => action !== 'admin.add')
        .toReversed()
        .map(({ actor, action, subject }) => [actor, action, subject.kind, subject.name]);
    };
    return { ask, place, ada, session, recorded };
  }

  test('signing in, giving the password again and signing out are recorded as done by that admin', async () => {
    const { session, recorded, ask } = await withAda();
    const { access } = await session().signIn({ user: ' ADA', password: PASSWORD });
    await session(access).stepUp({ password: PASSWORD });
    await session(access).signOut();
    // Of a session that is over already there is nothing more to say.
    await session(access).signOut();
    expect(await recorded()).toEqual([
      ['admin:ada', 'sign_in.password', 'session', 'ada'],
      ['admin:ada', 'step_up.password', 'session', 'ada'],
      ['admin:ada', 'session.sign_out', 'session', 'ada'],
    ]);
    const [out, , signIn] = (await ask.audit.list({})).items;
    expect(signIn?.after).toMatchObject({
      account: 'ada',
      address: '192.0.2.1',
      userAgent: 'test',
      ended: null,
    });
    expect(out).toMatchObject({ before: { ended: null }, after: { ended: 'signed-out' } });
  });

  test('a wrong password is recorded with the account it was tried on; what was typed as an unknown name is not', async () => {
    const { session, recorded, ask, ada, place } = await withAda();
    await ask.admins.add({ name: 'bea', role: 'owner', password: PASSWORD });
    expect(await code(session().signIn({ user: 'ada', password: OTHER_PASSWORD }))).toBe('REFUSED');
    // Who types a password where the name belongs.
    expect(await code(session().signIn({ user: PASSWORD, password: OTHER_PASSWORD }))).toBe('REFUSED');
    const { access } = await session().signIn({ user: 'ada', password: PASSWORD });
    expect(await code(session(access).stepUp({ password: OTHER_PASSWORD }))).toBe('DENIED');
    await ask.admins.disable({ id: ada.id });
    expect(await code(session().signIn({ user: 'ada', password: PASSWORD }))).toBe('REFUSED');
    expect(await recorded()).toEqual([
      ['visitor', 'sign_in.refused', 'admin', 'ada'],
      ['visitor', 'sign_in.refused', 'admin', ''],
      ['admin:ada', 'sign_in.password', 'session', 'ada'],
      ['admin:ada', 'step_up.refused', 'session', 'ada'],
      ['os:tester', 'admin.disable', 'admin', 'ada'],
      ['visitor', 'sign_in.refused', 'admin', 'ada'],
    ]);
    const rows = JSON.stringify(await rawDatabase(place).rows('SELECT * FROM audit_entry'));
    for (const secret of [PASSWORD, OTHER_PASSWORD, '$argon2']) expect(rows).not.toContain(secret);
  });

  test('who must wait has tried no password, and fills no log', async () => {
    const { session, recorded } = await withAda();
    for (let n = 0; n < 12; n++) await code(session().signIn({ user: 'ada', password: OTHER_PASSWORD }));
    expect(await recorded()).toHaveLength(10);
  });

  test('a refresh credential that comes again is recorded, a renewal is not, and neither is any credential', async () => {
    const { session, recorded, ask, place } = await withAda();
    const first = await session().signIn({ user: 'ada', password: PASSWORD });
    const second = await session().refresh({ refresh: first.refresh });
    expect(await code(session().refresh({ refresh: first.refresh }))).toBe('REFUSED');
    expect(await recorded()).toEqual([
      ['admin:ada', 'sign_in.password', 'session', 'ada'],
      ['visitor', 'session.reused', 'session', 'ada'],
    ]);
    // Wherever somebody puts one.
    const added = await ask.directory.places.add({ kind: 'location', name: `x ${second.access} y` });
    await ask.directory.places.rename({ kind: 'location', id: added.id, name: second.refresh });
    const rows = JSON.stringify(await rawDatabase(place).rows('SELECT * FROM audit_entry'));
    for (const { access, refresh } of [first, second])
      for (const credential of [access, refresh]) expect(rows).not.toContain(credential.slice(4));
    expect(await ask.audit.verify()).toMatchObject({ ok: true });
  });

  test('what happens to an account is recorded with what it was before, and a new password as such, in the same moment too', async () => {
    const { session, ask, ada } = await withAda();
    await ask.admins.add({ name: 'bea', role: 'owner', password: PASSWORD });
    await session().signIn({ user: 'ada', password: PASSWORD });
    await ask.admins.setRole({ id: ada.id, role: 'auditor' });
    await ask.admins.enable({ id: ada.id });
    await ask.admins.resetPassword({ id: ada.id, password: OTHER_PASSWORD });
    await ask.admins.resetPassword({ id: ada.id, password: PASSWORD });
    await ask.admins.disable({ id: ada.id });
    const { items } = await ask.audit.list({ filter: { subject: ada.id } });
    expect(items.toReversed().map(({ action, before, after }) => [action, before, after])).toMatchObject([
      ['admin.add', null, { name: 'ada', role: 'owner', active: true }],
      ['admin.set_role', { role: 'owner', sessions: 1 }, { role: 'auditor', sessions: 1 }],
      ['admin.reset_password', { sessions: 1 }, { sessions: 0, passwordReplaced: true }],
      ['admin.reset_password', { sessions: 0 }, { sessions: 0, passwordReplaced: true }],
      ['admin.disable', { active: true }, { active: false }],
    ]);
  });

  test('what an owner is refused is not recorded', async () => {
    const { ask, ada, recorded } = await withAda();
    expect(await code(ask.admins.disable({ id: ada.id }))).toBe('FAULT');
    expect(await code(ask.admins.add({ name: 'Ada', role: 'admin', password: PASSWORD }))).toBe('FAULT');
    expect(await recorded()).toEqual([]);
  });
});
