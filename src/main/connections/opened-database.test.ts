import type { ContractRouterClient } from '@orpc/contract';
import { type AnyRouter, createRouterClient, ORPCError } from '@orpc/server';
import { expect, inject, onTestFinished, test } from 'vitest';
import { handClock, refusal } from '../../../tests/support/instance.ts';
import { makeDatabase } from '../../../tests/support/postgres.ts';
import { MINUTE } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import { SIGN_IN_NEEDED } from '../../base/server-troubles.ts';
import type { contract } from '../../contract.ts';
import { placeOfPostgres } from '../../db/place.ts';
import { makeKeyText } from '../../features/tokens/key.ts';
import { openHost } from '../../host.ts';
import { openInstance } from '../../instance.ts';
import { memoryKeychain } from '../../keychain/keychain.ts';
import { KEYCHAIN_SERVICE } from '../../remote/kept-credential.ts';
import { openedDatabase } from './opened-database.ts';

const PASSWORD = 'correct horse battery';

/** An instance in a database of its own with an owner and an auditor; asked beside the connections, too. */
async function database() {
  const url = await makeDatabase(inject('postgres'));
  const keyText = makeKeyText();
  const instance = await openInstance({ place: placeOfPostgres({ url, keyText }), actor: 'os:tester' });
  onTestFinished(() => instance.close());
  const ask = createRouterClient(instance.router, { context: instance.context });
  await ask.admins.add({ name: 'ada', role: 'owner', password: PASSWORD });
  await ask.admins.add({ name: 'bo', role: 'auditor', password: PASSWORD });
  const user = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
  return { url, keyText, ask, user };
}

/** A connection as an account, and how often it opened the instance. */
function connect(url: string, options: { user?: string; keyText?: string | undefined; away?: number } = {}) {
  const keychain = memoryKeychain();
  const clock = handClock(Date.now());
  let away = options.away ?? 0;
  const times = { opened: 0 };
  const opened = openedDatabase({
    address: 'db.example:5432',
    account: { url, user: options.user ?? 'ada' },
    open: async () => {
      if (away-- > 0) throw new Fault('database.unavailable', { address: 'db.example:5432', detail: 'away' });
      times.opened++;
      const place = placeOfPostgres({ url, keyText: options.keyText });
      return openHost({ place, actor: 'os:tester', gateway: 'thread' });
    },
    keychain,
    clock,
  });
  onTestFinished(() => opened.close());
  if (opened.server === null) throw new Error('one signs in to it');
  const router = opened.router as AnyRouter;
  const client = createRouterClient(router, { context: opened.context });
  const ask = client as unknown as ContractRouterClient<typeof contract>;
  const kept = () => keychain.getPassword(KEYCHAIN_SERVICE, `${options.user ?? 'ada'}@${url}`);
  return { ask, door: opened.server, clock, kept, times };
}

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'none',
    (thrown: unknown) => {
      if (thrown instanceof ORPCError || thrown instanceof Fault) return thrown.code;
      throw thrown;
    },
  );

test('nothing is opened for who is not signed in, and a wrong password signs nobody in', async () => {
  const { url } = await database();
  const { ask, door, times, kept } = connect(url);
  expect(await codeOf(ask.instance.info())).toBe(SIGN_IN_NEEDED);
  expect(await door.isSignedIn()).toBe(false);
  expect(times.opened).toBe(0);
  expect(await codeOf(door.signIn('wrong horse battery'))).toBe('sign_in.refused');
  expect(await kept()).toBe(null);
  await door.signIn(PASSWORD);
  expect(await ask.instance.info()).toMatchObject({ actor: 'admin:ada', role: 'owner', engine: 'postgres' });
  expect(times.opened).toBe(1);
});

test('a session goes on after its access has expired, and ends where it is revoked', async () => {
  const { url, ask: beside } = await database();
  const { ask, door, clock, kept } = connect(url);
  await door.signIn(PASSWORD);
  const first = await kept();
  clock.move(20 * MINUTE);
  await ask.instance.info();
  const second = await kept();
  expect(second).not.toBe(first);
  const [session] = await beside.admins.sessions.list();
  await beside.admins.sessions.revoke({ id: session?.id ?? '' });
  expect(await codeOf(ask.instance.info())).toBe(SIGN_IN_NEEDED);
  expect(await kept()).toBe(null);
});

test('the services refuse by the account’s role, and ask for the password again', async () => {
  const { url } = await database();
  const auditor = connect(url, { user: 'bo' });
  await auditor.door.signIn(PASSWORD);
  expect(await refusal(auditor.ask.directory.users.add({ email: 'x@example.org', name: 'X' }))).toMatchObject(
    { code: 'role.denied' },
  );
  const owner = connect(url);
  await owner.door.signIn(PASSWORD);
  await owner.ask.admins.add({ name: 'cy', role: 'admin', password: 'another long password' });
  expect(await codeOf(owner.door.stepUp('wrong horse battery'))).toBe('sign_in.refused');
  await owner.door.stepUp(PASSWORD);
});

test('without the key no secret is made; with it one is, and it follows the key file’s current key', async () => {
  const { url, keyText, ask: beside, user } = await database();
  const token = { name: 'Rota', userId: user.id, scope: 'full' } as const;
  const without = connect(url);
  await without.door.signIn(PASSWORD);
  expect((await without.ask.instance.info()).hasKeys).toBe(false);
  expect(await refusal(without.ask.tokens.create(token))).toMatchObject({ code: 'key.absent' });
  // Another key before the current one would become it, were it in a file.
  const withKeys = connect(url, { keyText: `${makeKeyText()}\n${keyText}` });
  await withKeys.door.signIn(PASSWORD);
  const made = await withKeys.ask.tokens.create(token);
  expect(made.secret).toMatch(/^shf_/);
  expect(await refusal(withKeys.ask.tokens.keys.replace())).toMatchObject({ code: 'key.elsewhere' });
  const { keys } = await beside.tokens.keys.show();
  expect(keys).toMatchObject([{ current: true, present: true, live: 1 }]);
});

test('no gateway is started or stopped from here, whoever asks', async () => {
  const { url } = await database();
  const { ask, door } = connect(url);
  await door.signIn(PASSWORD);
  expect(await refusal(ask.gateway.start({}))).toMatchObject({ code: 'gateway.not_here' });
  expect(await refusal(ask.gateway.stop())).toMatchObject({ code: 'gateway.not_here' });
  expect(await ask.gateway.status()).toMatchObject({ state: 'stopped', gateways: [] });
});

test('a database that is away is opened when it is there', async () => {
  const { url } = await database();
  const { ask, door, times } = connect(url, { away: 2 });
  expect(await codeOf(door.signIn(PASSWORD))).toBe('database.unavailable');
  expect(await codeOf(door.signIn(PASSWORD))).toBe('database.unavailable');
  await door.signIn(PASSWORD);
  await Promise.all([ask.instance.info(), ask.tokens.list({}), ask.limits.show()]);
  expect(times.opened).toBe(1);
});

test('signing out ends the session there, and forgets it here', async () => {
  const { url, ask: beside } = await database();
  const { door, kept } = connect(url);
  await door.signIn(PASSWORD);
  await door.signOut();
  expect(await kept()).toBe(null);
  expect(await beside.admins.sessions.list()).toMatchObject([{ ended: 'signed-out' }]);
});
