import { readFileSync } from 'node:fs';
import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { ENGINES, freshPlace, handClock, testInstance, testInstanceOn } from '../tests/support/instance.ts';
import { thingsDocument } from '../tests/support/upstream.ts';
import { callsOf } from './base/calls.ts';
import { DAY } from './base/clock.ts';
import { contract } from './contract.ts';
import { openSqlite } from './db/open.ts';
import { placeOfFile } from './db/place.ts';
import { makeSecret, secretPattern } from './features/tokens/secret.ts';
import { type Host, openHost } from './host.ts';

/** What changes nothing, yet takes data out of the instance. */
const EXPORTS = ['logs.download'];

type AdminClient = ContractRouterClient<typeof contract>;

/** What earlier calls made, for later ones. */
interface Made {
  userId: string;
  tokenId: string;
  placeId: string;
  ruleId: string;
  keyId: string;
  accountId: string;
  sessionId: string;
  viewId: string;
}

const PASSWORD = 'correct horse battery';
const limit = { requestsPerHour: 500, burst: { requests: 5, seconds: 1 } };

/** Each call that changes or exports something, so that it does, in an order in which it can; and the action it is recorded as. */
const RECORDED: [call: string, action: string, make: (ask: AdminClient, made: Made) => Promise<unknown>][] = [
  ['demo.create', 'demo.create', (ask) => ask.demo.create()],
  ['gateway.start', 'gateway.start', (ask) => ask.gateway.start({})],
  [
    'demo.traffic',
    'demo.traffic',
    async (ask) => {
      for await (const _ of await ask.demo.traffic({ requests: 2 }));
    },
  ],
  ['gateway.stop', 'gateway.stop', (ask) => ask.gateway.stop()],
  [
    'logs.download',
    'log.download',
    async (ask) => {
      for await (const _ of await ask.logs.download({ format: 'csv' }));
    },
  ],
  [
    'logs.views.save',
    'log_view.save',
    async (ask, made) => {
      made.viewId = (await ask.logs.views.save({ name: 'V', query: '', range: null, columns: null })).id;
    },
  ],
  [
    'retention.set',
    'retention.set',
    (ask) => ask.retention.set({ rawDays: 7, rollupDays: 60, maxBytes: null }),
  ],
  ['logs.views.remove', 'log_view.remove', (ask, { viewId: id }) => ask.logs.views.remove({ id })],
  [
    'directory.users.add',
    'user.add',
    async (ask, made) => {
      made.userId = (await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' })).id;
    },
  ],
  [
    'directory.users.update',
    'user.update',
    (ask, { userId: id }) => ask.directory.users.update({ id, name: 'A' }),
  ],
  [
    'tokens.create',
    'token.create',
    async (ask, made) => {
      const { token } = await ask.tokens.create({ name: 'T', userId: made.userId, scope: 'full' });
      made.tokenId = token.id;
    },
  ],
  ['tokens.update', 'token.update', (ask, { tokenId: id }) => ask.tokens.update({ id, note: 'mine' })],
  ['tokens.rotate', 'token.rotate', (ask, { tokenId: id }) => ask.tokens.rotate({ id })],
  ['tokens.endOverlap', 'token.end_overlap', (ask, { tokenId: id }) => ask.tokens.endOverlap({ id })],
  ['tokens.setActive', 'token.switch', (ask, { tokenId: id }) => ask.tokens.setActive({ id, active: false })],
  ['tokens.policy.set', 'token_policy.set', (ask) => ask.tokens.policy.set({ maxLifetimeDays: 365 })],
  ['limits.set', 'limit.set', (ask) => ask.limits.set({ target: { kind: 'default' }, limit, trial: true })],
  ['limits.adopt', 'limit.adopt', (ask) => ask.limits.adopt({ target: { kind: 'default' } })],
  ['limits.clear', 'limit.clear', (ask) => ask.limits.clear({ target: { kind: 'default' } })],
  [
    'limits.reset',
    'counters.reset',
    (ask, { tokenId }) => ask.limits.reset({ target: { kind: 'token', tokenId } }),
  ],
  [
    'ipRules.add',
    'ip_rule.add',
    async (ask, made) => {
      made.ruleId = (await ask.ipRules.add({ range: '192.0.2.0/24', tokenIds: [made.tokenId] })).id;
    },
  ],
  ['ipRules.addAll', 'ip_rule.add', (ask) => ask.ipRules.addAll({ rules: [{ range: '198.51.100.0/24' }] })],
  [
    'ipRules.update',
    'ip_rule.update',
    (ask, { ruleId: id }) => ask.ipRules.update({ id, range: '203.0.113.0/24', label: 'Office' }),
  ],
  ['ipRules.remove', 'ip_rule.remove', (ask, { ruleId: id }) => ask.ipRules.remove({ id })],
  [
    'ipRules.trustedProxies.add',
    'trusted_proxy.add',
    (ask) => ask.ipRules.trustedProxies.add({ range: '10.0.0.1' }),
  ],
  [
    'ipRules.trustedProxies.remove',
    'trusted_proxy.remove',
    (ask) => ask.ipRules.trustedProxies.remove({ range: '10.0.0.1' }),
  ],
  [
    'directory.places.add',
    'place.add',
    async (ask, made) => {
      made.placeId = (await ask.directory.places.add({ kind: 'location', name: 'Annex' })).id;
    },
  ],
  [
    'directory.places.rename',
    'place.rename',
    (ask, { placeId: id }) => ask.directory.places.rename({ kind: 'location', id, name: 'Attic' }),
  ],
  [
    'directory.places.remove',
    'place.remove',
    (ask, { placeId: id }) => ask.directory.places.remove({ kind: 'location', id }),
  ],
  [
    'upstream.set',
    'upstream.set',
    (ask) => ask.upstream.set({ url: 'http://127.0.0.1:9', openApiFile: thingsDocument() }),
  ],
  ['upstream.clear', 'upstream.clear', (ask) => ask.upstream.clear()],
  [
    'tokens.keys.replace',
    'key.replace',
    async (ask, made) => {
      made.keyId = (await ask.tokens.keys.show()).keys[0]?.id ?? '';
      await ask.tokens.keys.replace();
    },
  ],
  ['tokens.keys.retire', 'key.retire', (ask, { keyId: id }) => ask.tokens.keys.retire({ id, force: true })],
  [
    'admins.add',
    'admin.add',
    async (ask, made) => {
      made.accountId = (await ask.admins.add({ name: 'ada', role: 'owner', password: PASSWORD })).id;
    },
  ],
  ['admins.setRole', 'admin.set_role', (ask, { accountId: id }) => ask.admins.setRole({ id, role: 'admin' })],
  ['admins.disable', 'admin.disable', (ask, { accountId: id }) => ask.admins.disable({ id })],
  ['admins.enable', 'admin.enable', (ask, { accountId: id }) => ask.admins.enable({ id })],
  [
    'admins.resetPassword',
    'admin.reset_password',
    (ask, { accountId: id }) => ask.admins.resetPassword({ id, password: PASSWORD }),
  ],
  [
    'admins.sessions.revoke',
    'session.revoke',
    (ask, { sessionId: id }) => ask.admins.sessions.revoke({ id }),
  ],
  ['tokens.revoke', 'token.revoke', (ask, { tokenId: id }) => ask.tokens.revoke({ id })],
  [
    'tokens.revokeAll',
    'token.revoke',
    async (ask) => {
      const { items } = await ask.tokens.list({ status: 'active' });
      await ask.tokens.revokeAll({ ids: items.map(({ id }) => id) });
    },
  ],
  [
    'directory.users.setActive',
    'user.switch',
    (ask, { userId: id }) => ask.directory.users.setActive({ id, active: false }),
  ],
];

/** Every call that the contract says more of than that it reads. */
const changingCalls = callsOf(contract)
  .filter(({ meta }) => meta.needs !== 'reads')
  .map(({ path }) => path);

/** Makes an owner who signs in. @returns the session's id */
async function signedIn({ client }: Host): Promise<string> {
  await client.admins.add({ name: 'olga', role: 'owner', password: PASSWORD });
  const visitor = { address: '192.0.2.1', userAgent: 'test', credential: null };
  await client.door.session.signIn({ user: 'olga', password: PASSWORD }, { context: { visitor } });
  return (await client.admins.sessions.list())[0]?.id ?? '';
}

test.each(ENGINES)(
  'on %s every call that changes or exports something leaves an entry that says who, what, and what it was before',
  async (engine) => {
    expect(RECORDED.map(([call]) => call).sort()).toEqual([...changingCalls, ...EXPORTS].sort());

    const host = await openHost({ place: await freshPlace(engine), actor: 'os:tester', gateway: 'here' });
    onTestFinished(() => host.close());
    const ask = createRouterClient(host.router, { context: host.context }) as unknown as AdminClient;
    const made: Made = {
      userId: '',
      tokenId: '',
      placeId: '',
      ruleId: '',
      keyId: '',
      accountId: '',
      sessionId: await signedIn(host),
      viewId: '',
    };
    let last = (await ask.audit.list({ limit: 1 })).items[0]?.seq ?? 0;
    for (const [call, action, make] of RECORDED) {
      await make(ask, made);
      const { items } = await ask.audit.list({});
      const entries = items.filter(({ seq }) => seq > last);
      expect(
        entries.map((entry) => entry.action),
        call,
      ).toContain(action);
      for (const entry of entries) {
        expect(entry.actor, call).toBe('os:tester');
        expect(entry.after ?? entry.before, call).not.toBeNull();
        expect(entry.after, call).not.toEqual(entry.before);
      }
      last = items[0]?.seq ?? 0;
    }
    expect(await ask.audit.verify()).toMatchObject({ ok: true, entries: last, unfinished: false });
  },
);

test.each(ENGINES)('on %s what is refused, or changes nothing, leaves no entry', async (engine) => {
  const { ask } = await testInstanceOn(engine);
  const user = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
  const { token } = await ask.tokens.create({ name: 'T', userId: user.id, scope: 'full' });
  await ask.directory.users.setActive({ id: user.id, active: true });
  await ask.tokens.update({ id: token.id, name: 'T' });
  await ask.limits.clear({ target: { kind: 'instance' } });
  await expect(ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' })).rejects.toThrow();
  await expect(ask.tokens.update({ id: token.id, name: 'U', scope: 'limited' })).rejects.toThrow();
  expect((await ask.audit.list({})).items.map(({ action }) => action)).toEqual(['token.create', 'user.add']);
  expect(await ask.audit.verify()).toMatchObject({ ok: true, entries: 2, unfinished: false });
});

test('no entry, and not the file beside the key, ever has a secret, wherever an admin typed one', async () => {
  const clock = handClock();
  const { file, ask } = await testInstance({ clock });
  const db = openSqlite(file, { readonly: true });
  onTestFinished(() => void db.close());
  const user = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
  const typed = fc.tuple(fc.string({ maxLength: 10, unit: 'grapheme' }), fc.string({ maxLength: 5 }));
  await fc.assert(
    fc.asyncProperty(typed, fc.boolean(), async ([before, behind], escaped) => {
      const secret = makeSecret();
      const text = `x${before.replace(/\p{Cc}/gu, '')}${escaped ? '"' : ''}${secret}${behind.replace(/\p{Cc}/gu, '')}y`;
      const { token, secret: own } = await ask.tokens.create({
        name: text,
        userId: user.id,
        scope: 'full',
        note: text,
      });
      const { secret: rotated } = await ask.tokens.rotate({ id: token.id, overlap: 'none' });
      await ask.tokens.update({ id: token.id, note: `${own} ${rotated}` });
      await ask.ipRules.add({ range: '192.0.2.1', label: secret, tokenIds: [token.id] });
      await ask.directory.places.add({ kind: 'location', name: secret });
      clock.move(DAY);
    }),
    { numRuns: 25 },
  );
  const rows = db.prepare('SELECT * FROM audit_entry').all();
  expect(rows.length).toBeGreaterThan(100);
  expect(JSON.stringify(rows)).not.toMatch(secretPattern);
  expect(readFileSync(placeOfFile(file).auditHead, 'latin1')).not.toMatch(secretPattern);
  expect(await ask.audit.verify()).toMatchObject({ ok: true, entries: rows.length });
});
