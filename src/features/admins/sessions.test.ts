import { createRouterClient } from '@orpc/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ENGINES, handClock, refusal, testInstanceOn } from '../../../tests/support/instance.ts';
import { rawDatabase } from '../../../tests/support/raw-database.ts';
import { openInstance } from '../../instance.ts';
import { localOwner } from '../answer-faults.ts';
import type { VisitContext } from './door-service.ts';

describe.each(ENGINES)('on %s', (engine) => {
  const PASSWORD = 'correct horse battery';
  const MINUTE = 60_000;
  const DAY = 24 * 60 * MINUTE;

  /** An instance with the owner ada, and its door as a visitor sees it. */
  async function withAda() {
    const clock = handClock();
    const { ask, instance, place } = await testInstanceOn(engine, { clock });
    const ada = await ask.admins.add({ name: 'ada', role: 'owner', password: PASSWORD });
    const door = (visit: Partial<VisitContext> = {}) =>
      createRouterClient(instance.door, {
        context: {
          ...localOwner('os:tester'),
          address: '192.0.2.1',
          userAgent: 'test',
          credential: null,
          ...visit,
        },
      });
    const signIn = (user = 'ada', password = PASSWORD, address = '192.0.2.1') =>
      door({ address }).session.signIn({ user, password });
    const callerOf = (credential: string) => door().authenticate({ credential });
    return { clock, ask, instance, place, ada, door, signIn, callerOf };
  }

  const code = (call: Promise<unknown>) =>
    call.then(
      () => 'answered',
      (error: { code?: string }) => error.code ?? error,
    );

  describe('signing in', () => {
    test('gives the account’s actor and role, and the password counts as just given', async () => {
      const { signIn, callerOf, ask, clock } = await withAda();
      const given = await signIn('ADA ');
      expect(given).toMatchObject({ account: 'ada', role: 'owner' });
      expect(given.access).toMatch(/^gha_[\w-]{43}$/);
      expect(given.refresh).toMatch(/^ghr_[\w-]{43}$/);
      expect(await callerOf(given.access)).toEqual({ actor: 'admin:ada', role: 'owner', steppedUp: true });
      expect(await ask.admins.list()).toMatchObject([{ sessions: 1, lastSignInAt: new Date(clock.now()) }]);
    });

    test('a wrong password, no such account and a disabled one are one and the same answer', async () => {
      const { signIn, ask, ada } = await withAda();
      await ask.admins.add({ name: 'bea', role: 'owner', password: PASSWORD });
      await ask.admins.disable({ id: ada.id });
      const answers = await Promise.all(
        [signIn('ada'), signIn('bea', 'wrong password'), signIn('nobody')].map((call) =>
          call.catch((error) => JSON.stringify(error)),
        ),
      );
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toContain('sign_in.refused');
    });

    test('neither the database nor its log has a password or a credential', async () => {
      const { signIn, place } = await withAda();
      const { access, refresh } = await signIn();
      const raw = rawDatabase(place);
      const rows = await Promise.all(
        ['admin_account', 'admin_session', 'admin_credential'].map((table) =>
          raw.rows(`SELECT * FROM ${table}`),
        ),
      );
      const text = JSON.stringify(rows);
      expect(text).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
      for (const secret of [PASSWORD, access, refresh, access.slice(4), refresh.slice(4)])
        expect(text).not.toContain(secret);
    });
  });

  describe('guessing', () => {
    test('an account waits after ten wrong passwords from wherever, also one that does not exist', async () => {
      const { signIn, clock } = await withAda();
      for (const user of ['ada', 'nobody']) {
        for (let n = 0; n < 10; n++)
          expect(await code(signIn(user, 'wrong', `192.0.2.${n}`))).toBe('REFUSED');
        const refused = await signIn(user, 'wrong', '192.0.2.99').catch((error) => error);
        expect(refused).toMatchObject({ code: 'THROTTLED', status: 429 });
        expect(refused.data.retryAfter).toBeGreaterThan(14 * 60);
        expect(refused.data.retryAfter).toBeLessThanOrEqual(16 * 60);
      }
      expect(await code(signIn())).toBe('THROTTLED');
      clock.move(16 * MINUTE);
      expect(await code(signIn())).toBe('answered');
    });

    test('a network waits after fifty, whatever accounts it tries; others do not', async () => {
      const { signIn } = await withAda();
      const tries = [];
      for (let n = 0; n < 50; n++) tries.push(code(signIn(`user${n}`, 'wrong', `2001:db8::${n + 1}`)));
      // More at once than are hashed at once wait as well.
      const first = await Promise.all(tries);
      for (let n = first.filter((answer) => answer === 'REFUSED').length; n < 50; n++)
        expect(await code(signIn(`more${n}`, 'wrong', '2001:db8::1'))).toBe('REFUSED');
      expect(await code(signIn('ada', PASSWORD, '2001:db8::ffff'))).toBe('THROTTLED');
      expect(await code(signIn('ada', PASSWORD, '2001:db8:0:1::1'))).toBe('answered');
    });

    test('another process is no way around it, and neither is starting anew', async () => {
      const { signIn, place, clock } = await withAda();
      for (let n = 0; n < 6; n++) expect(await code(signIn('ada', 'wrong'))).toBe('REFUSED');
      const other = await openInstance({ place, actor: 'os:other', clock });
      onTestFinished(() => other.close());
      const there = (password: string) =>
        createRouterClient(other.door, {
          context: {
            ...localOwner('os:other'),
            credential: null,
            address: '198.51.100.7',
            userAgent: 'test',
          },
        }).session.signIn({ user: 'ada', password });
      for (let n = 0; n < 4; n++) expect(await code(there('wrong'))).toBe('REFUSED');
      expect(await code(there(PASSWORD))).toBe('THROTTLED');
      expect(await code(signIn())).toBe('THROTTLED');
    });

    test('many at once are no way around it, and a right password does not count', async () => {
      const { signIn } = await withAda();
      for (let n = 0; n < 3; n++) {
        expect(await code(signIn('ada', 'wrong'))).toBe('REFUSED');
        expect(await code(signIn())).toBe('answered');
      }
      const answers = await Promise.all(Array.from({ length: 20 }, () => code(signIn('ada', 'wrong'))));
      expect(answers.filter((answer) => answer === 'REFUSED')).toHaveLength(10);
    });
  });

  describe('a session', () => {
    test('is accepted for 15 minutes, then renewed by a credential that works once', async () => {
      const { clock, signIn, callerOf, door } = await withAda();
      const first = await signIn();
      clock.move(15 * MINUTE - 1);
      expect(await callerOf(first.access)).not.toBeNull();
      clock.move(1);
      expect(await callerOf(first.access)).toBeNull();
      const second = await door().session.refresh({ refresh: first.refresh });
      expect(await callerOf(second.access)).toMatchObject({ actor: 'admin:ada', steppedUp: false });
    });

    test('ends whole when a refresh credential comes a second time, and the list says why', async () => {
      const { clock, signIn, callerOf, door, ask } = await withAda();
      const other = await signIn();
      clock.move(1);
      const first = await signIn();
      const second = await door().session.refresh({ refresh: first.refresh });
      expect(await code(door().session.refresh({ refresh: first.refresh }))).toBe('REFUSED');
      expect(await callerOf(first.access)).toBeNull();
      expect(await callerOf(second.access)).toBeNull();
      expect(await code(door().session.refresh({ refresh: second.refresh }))).toBe('REFUSED');
      expect(await callerOf(other.access)).not.toBeNull();
      expect((await ask.admins.sessions.list()).map(({ ended }) => ended)).toEqual(['reused', null]);
    });

    test('cannot be renewed after 30 days, nor opened with the other kind of credential', async () => {
      const { clock, signIn, callerOf, door } = await withAda();
      const { access, refresh } = await signIn();
      expect(await callerOf(refresh)).toBeNull();
      expect(await code(door().session.refresh({ refresh: access }))).toBe('REFUSED');
      clock.move(30 * DAY);
      expect(await code(door().session.refresh({ refresh }))).toBe('REFUSED');
    });

    test.each(['revoked', 'disabled', 'password', 'signed-out'] as const)(
      '%s is over at once',
      async (how) => {
        const { signIn, callerOf, door, ask, ada } = await withAda();
        await ask.admins.add({ name: 'bea', role: 'owner', password: PASSWORD });
        const { access, refresh } = await signIn();
        const [shown] = await ask.admins.sessions.list();
        if (how === 'revoked') await ask.admins.sessions.revoke({ id: shown?.id ?? '' });
        if (how === 'disabled') await ask.admins.disable({ id: ada.id });
        if (how === 'password') await ask.admins.resetPassword({ id: ada.id, password: 'another long one' });
        if (how === 'signed-out') await door({ credential: access }).session.signOut();
        expect(await callerOf(access)).toBeNull();
        expect(await code(door().session.refresh({ refresh }))).toBe('REFUSED');
        expect((await ask.admins.sessions.list())[0]).toMatchObject({ account: 'ada', ended: how });
        expect(await ask.admins.list()).toMatchObject([{ name: 'ada', sessions: 0 }, { name: 'bea' }]);
      },
    );

    test('has the role that its account has now', async () => {
      const { signIn, callerOf, ask, ada } = await withAda();
      await ask.admins.add({ name: 'bea', role: 'owner', password: PASSWORD });
      const { access } = await signIn();
      await ask.admins.setRole({ id: ada.id, role: 'auditor' });
      expect(await callerOf(access)).toMatchObject({ role: 'auditor' });
    });

    test('is forgotten a month after its end', async () => {
      const { clock, signIn, place } = await withAda();
      await signIn();
      clock.move(61 * DAY);
      await signIn();
      const raw = rawDatabase(place);
      expect(await raw.rows('SELECT id FROM admin_session')).toHaveLength(1);
      expect(await raw.rows('SELECT hash FROM admin_credential')).toHaveLength(2);
    });
  });

  describe('stepping up', () => {
    test('counts for five minutes, takes the right password, and guesses are counted', async () => {
      const { clock, signIn, callerOf, door } = await withAda();
      const { access } = await signIn();
      clock.move(5 * MINUTE);
      expect(await callerOf(access)).toMatchObject({ steppedUp: false });
      const { session } = door({ credential: access });
      expect(await code(session.stepUp({ password: 'wrong' }))).toBe('DENIED');
      expect(await session.stepUp({ password: PASSWORD })).toEqual({
        until: new Date(clock.now() + 5 * MINUTE),
      });
      expect(await callerOf(access)).toMatchObject({ steppedUp: true });
      expect(await code(door().session.stepUp({ password: PASSWORD }))).toBe('REFUSED');
      for (let n = 0; n < 10; n++) await code(session.stepUp({ password: 'wrong' }));
      expect(await code(session.stepUp({ password: PASSWORD }))).toBe('THROTTLED');
    });
  });

  describe('accounts', () => {
    test('a name is taken in any capitals, and a short password is refused', async () => {
      const { ask } = await withAda();
      expect(await refusal(ask.admins.add({ name: 'Ada', role: 'admin', password: PASSWORD }))).toEqual({
        code: 'name.taken',
        data: { kind: 'admin', name: 'ada' },
      });
      expect(await code(ask.admins.add({ name: 'bo', role: 'admin', password: 'eleven char' }))).toBe(
        'BAD_REQUEST',
      );
    });

    test('there is always an owner who can sign in', async () => {
      const { ask, ada } = await withAda();
      const bea = await ask.admins.add({ name: 'bea', role: 'owner', password: PASSWORD });
      await ask.admins.disable({ id: bea.id });
      const lastOwner = { code: 'admin.last_owner', data: { name: 'ada' } };
      expect(await refusal(ask.admins.disable({ id: ada.id }))).toEqual(lastOwner);
      expect(await refusal(ask.admins.setRole({ id: ada.id, role: 'admin' }))).toEqual(lastOwner);
      await ask.admins.enable({ id: bea.id });
      expect(await ask.admins.disable({ id: ada.id })).toMatchObject({ active: false });
    });
  });
});
