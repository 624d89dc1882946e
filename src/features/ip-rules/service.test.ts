import { createRouterClient } from '@orpc/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ENGINES, handClock, refusal, testInstanceOn } from '../../../tests/support/instance.ts';
import { rawDatabase } from '../../../tests/support/raw-database.ts';
import { DAY } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import { openDatabase } from '../../db/open.ts';
import { localOwner } from '../answer-faults.ts';
import { createAuditLog } from '../audit/audit-log.ts';
import type { SeenAddress } from '../logs/seen.ts';
import { keepKeys } from '../tokens/key-ring.ts';
import { readIpRules } from './policy-rows.ts';
import { createIpRulesService } from './service.ts';

describe.each(ENGINES)('on %s', (engine) => {
  async function withTokens() {
    const clock = handClock();
    const instance = await testInstanceOn(engine, { clock });
    const { ask } = instance;
    const user = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
    const create = async (name: string) =>
      (await ask.tokens.create({ name, userId: user.id, scope: 'full' })).token;
    const raw = rawDatabase(instance.place);
    const policy = async () => {
      const changes = await raw.rows<{ entity: string }>(
        `SELECT entity FROM policy_change WHERE kind = 'ip' ORDER BY version`,
      );
      return { rules: await raw.read(readIpRules()), changes: changes.map(({ entity }) => entity) };
    };
    return { ...instance, clock, policy, a: await create('A'), b: await create('B') };
  }

  test('ranges are kept in canonical form, and each change is a policy change of its rule', async () => {
    const { ask, a, clock, policy } = await withTokens();
    const office = await ask.ipRules.add({ range: ' 10.1.2.3/8 ', label: 'Office' });
    expect(office).toMatchObject({ range: '10.0.0.0/8', label: 'Office', tokens: null });
    clock.move(1);
    const own = await ask.ipRules.add({ range: '2001:DB8::1', tokenIds: [a.id, a.id] });
    expect(own).toMatchObject({ range: '2001:db8::1/128', tokens: [{ id: a.id, name: 'A' }] });
    expect(await ask.ipRules.list()).toEqual([office, own]);
    expect(await policy()).toEqual({
      rules: [
        { id: office.id, range: '10.0.0.0/8', label: 'Office', tokenIds: null },
        { id: own.id, range: '2001:db8::1/128', label: '', tokenIds: [a.id] },
      ],
      changes: [office.id, own.id],
    });
    await ask.ipRules.update({ id: own.id, range: '::ffff:192.0.2.1', label: 'moved', tokenIds: null });
    await ask.ipRules.remove({ id: office.id });
    expect(await policy()).toEqual({
      rules: [{ id: own.id, range: '192.0.2.1/32', label: 'moved', tokenIds: null }],
      changes: [office.id, own.id, own.id, office.id],
    });
  });

  test('the same range for the same tokens is refused, for other tokens it is not', async () => {
    const { ask, a, b } = await withTokens();
    const first = await ask.ipRules.add({ range: '10.0.0.0/8' });
    const both = await ask.ipRules.add({ range: '10.0.0.0/8', tokenIds: [a.id, b.id] });
    await ask.ipRules.add({ range: '10.0.0.0/8', tokenIds: [a.id] });
    const taken = { code: 'name.taken', data: { kind: 'IP rule', name: '10.0.0.0/8' } };
    expect(await refusal(ask.ipRules.add({ range: '10.9.9.9/8' }))).toEqual(taken);
    expect(await refusal(ask.ipRules.add({ range: '10.0.0.0/8', tokenIds: [b.id, a.id] }))).toEqual(taken);
    expect(await refusal(ask.ipRules.update({ ...both, tokenIds: null }))).toEqual(taken);
    expect((await ask.ipRules.update({ id: first.id, range: '10.0.0.0/8', label: 'x' })).label).toBe('x');
  });

  test('ranges that are not valid, unknown tokens and unknown rules are refused', async () => {
    const { ask } = await withTokens();
    const id = newId();
    expect(await refusal(ask.ipRules.add({ range: '010.0.0.1' }))).toMatchObject({ code: 'range.invalid' });
    expect(await refusal(ask.ipRules.parse({ range: 'fe80::1%eth0' }))).toMatchObject({
      code: 'range.invalid',
      data: { detail: 'zone ids are not allowed' },
    });
    expect(await refusal(ask.ipRules.add({ range: '10.0.0.1', tokenIds: [id] }))).toMatchObject({
      code: 'id.unknown',
    });
    expect(await refusal(ask.ipRules.update({ id, range: '10.0.0.1' }))).toMatchObject({
      code: 'id.unknown',
    });
    expect(await refusal(ask.ipRules.remove({ id }))).toMatchObject({ code: 'id.unknown' });
    expect(await ask.ipRules.list()).toEqual([]);
  });

  test('parse tells what a range means', async () => {
    const { ask } = await testInstanceOn(engine);
    expect(await ask.ipRules.parse({ range: '10.1.2.3/8' })).toEqual({
      range: '10.0.0.0/8',
      hostBitsCleared: true,
      first: '10.0.0.0',
      last: '10.255.255.255',
    });
  });

  test('a token’s own ranges judge it, otherwise those for all; with neither any address may call', async () => {
    const { ask, a, b } = await withTokens();
    const test = (address: string, tokenId?: string) =>
      ask.ipRules.test({ address, ...(tokenId && { tokenId }) });
    expect(await test('198.51.100.1', a.id)).toEqual({ allowed: true, rule: null, judgedBy: 'none' });
    const own = await ask.ipRules.add({ range: '192.0.2.0/24', tokenIds: [a.id] });
    expect(await test('192.0.2.7', a.id)).toEqual({ allowed: true, rule: own, judgedBy: 'token' });
    expect(await test('198.51.100.1', a.id)).toEqual({ allowed: false, rule: null, judgedBy: 'token' });
    expect(await test('198.51.100.1', b.id)).toMatchObject({ allowed: true, judgedBy: 'none' });
    const all = await ask.ipRules.add({ range: '10.0.0.0/8' });
    expect(await test('10.1.1.1', a.id)).toMatchObject({ allowed: false, judgedBy: 'token' });
    expect(await test('::ffff:10.1.1.1', b.id)).toEqual({ allowed: true, rule: all, judgedBy: 'all' });
    expect(await test('192.0.2.7')).toEqual({ allowed: false, rule: null, judgedBy: 'all' });
    expect(await refusal(test('10.1'))).toMatchObject({ code: 'input.invalid' });
    expect(await refusal(test('10.1.1.1', newId()))).toMatchObject({ code: 'id.unknown' });
  });

  test('impact names the clients of the last 7 days that could call before and could not after', async () => {
    const { ask, place, clock, a, b } = await withTokens();
    const seenBy = (token: { id: string; name: string }, address: string): SeenAddress => ({
      address,
      tokenId: token.id,
      tokenName: token.name,
      requests: 3,
      lastSeen: clock.now() - DAY,
    });
    const seen = [
      seenBy(a, '10.0.0.1'),
      seenBy(a, '192.0.2.1'),
      seenBy(b, '192.0.2.1'),
      seenBy(b, '2001:db8::1'),
    ];
    const asked: number[] = [];
    const addressesSeen = (since: number) => {
      asked.push(since);
      return seen;
    };
    const db = openDatabase(place.database);
    onTestFinished(() => db.destroy());
    const audit = createAuditLog({
      db,
      head: place.auditHead,
      keys: keepKeys(place),
      clock,
    });
    const { impact } = createRouterClient(createIpRulesService({ db, clock, audit, addressesSeen }), {
      context: localOwner('os:tester'),
    });
    const cut = async (input: Parameters<typeof impact>[0]) =>
      (await impact(input)).map((client) => `${client.tokenName} ${client.address}`);

    // The first range for all cuts off everybody outside it; one for a token only that token.
    expect(await cut({ rule: { range: '10.0.0.0/8' } })).toEqual([
      'A 192.0.2.1',
      'B 192.0.2.1',
      'B 2001:db8::1',
    ]);
    expect(await cut({ rule: { range: '10.0.0.0/8', tokenIds: [b.id] } })).toEqual([
      'B 192.0.2.1',
      'B 2001:db8::1',
    ]);
    expect(asked[0]).toBe(clock.now() - 7 * DAY);

    const all = await ask.ipRules.add({ range: '0.0.0.0/0' });
    const own = await ask.ipRules.add({ range: '10.0.0.0/8', tokenIds: [a.id] });
    // B's IPv6 client and A's client outside are cut off already, so they are not named again.
    expect(await cut({ id: all.id, rule: { range: '10.0.0.0/8' } })).toEqual(['B 192.0.2.1']);
    expect(await cut({ id: own.id, rule: { range: '192.0.2.0/24', tokenIds: [a.id] } })).toEqual([
      'A 10.0.0.1',
    ]);
    // Without its own range A is judged by the one for all.
    expect(await cut({ id: own.id, remove: true })).toEqual([]);
    expect(await cut({ id: all.id, remove: true })).toEqual([]);
    await ask.ipRules.update({ id: all.id, range: '192.0.2.0/24' });
    expect(await cut({ id: own.id, remove: true })).toEqual(['A 10.0.0.1']);
    await ask.tokens.revoke({ id: a.id });
    expect(await cut({ id: own.id, remove: true })).toEqual([]);
    expect(await refusal(impact({}))).toMatchObject({ code: 'input.invalid' });
    expect(await refusal(impact({ remove: true }))).toMatchObject({ code: 'input.invalid' });
  });

  test('impact reads the log of the instance itself, and is empty where nobody called', async () => {
    const { ask } = await withTokens();
    expect(await ask.ipRules.impact({ rule: { range: '10.0.0.0/8' } })).toEqual([]);
  });
});
