import { describe, expect, test } from 'vitest';
import { ENGINES, handClock, testInstanceOn } from '../../../tests/support/instance.ts';
import { DAY } from '../../base/clock.ts';
import { makeGateway } from '../logs/postgres/testing.ts';
import { makeRecord, openJournalOf } from '../logs/testing.ts';
import type { FindingCode, Token } from './contract.ts';

describe.each(ENGINES)('on %s', (engine) => {
  async function withUser() {
    // The log keeps its days by the real clock.
    const clock = handClock(Date.now());
    const { ask, place } = await testInstanceOn(engine, { clock });
    const user = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
    const create = async (more: Partial<Parameters<typeof ask.tokens.create>[0]> = {}) =>
      (await ask.tokens.create({ name: 'Rota', userId: user.id, scope: 'full', ...more })).token;
    /** Puts requests with a token into the log. */
    const use = async (token: Token, requests: Partial<Parameters<typeof makeRecord>[0]>[]) => {
      const records = requests.map((request) =>
        makeRecord({ time: clock.now(), tokenId: token.id, tokenName: token.name, ...request }),
      );
      if (place.database.engine === 'postgres') {
        const gateway = makeGateway(place.database.url, 1);
        await gateway.write(records);
        await gateway.drain();
        return;
      }
      const journal = openJournalOf(place.database.file, { clock });
      for (const record of records) await journal.append(record);
      await journal.close();
    };
    const find = async (token: Token, code: FindingCode) =>
      (await ask.tokens.hygiene({ tokenId: token.id, code })).findings[0]?.remedy ?? null;
    return { ask, clock, create, use, find, in: (days: number) => new Date(clock.now() + days * DAY) };
  }

  test('a token that never expires, or later than the policy allows, gets an expiry that is allowed', async () => {
    const { ask, create, find, in: away } = await withUser();
    const [never, long, short] = [
      await create({ expiresAt: null }),
      await create({ expiresAt: away(365) }),
      await create({ expiresAt: away(20) }),
    ];
    expect(await find(never, 'expiry.never')).toEqual({ kind: 'setExpiry', expiresAt: away(90) });
    expect(await find(long, 'expiry.beyond')).toBeNull();
    await ask.tokens.policy.set({ maxLifetimeDays: 30 });
    const remedy = { kind: 'setExpiry', expiresAt: away(30) };
    expect(await find(never, 'expiry.never')).toEqual(remedy);
    expect(await find(long, 'expiry.beyond')).toEqual(remedy);
    expect(await find(short, 'expiry.beyond')).toBeNull();
    await ask.tokens.update({ id: never.id, expiresAt: remedy.expiresAt });
    expect(await find(never, 'expiry.never')).toBeNull();
  });

  test('a token that was never used is to be revoked, one idle for more than 90 days to be switched off', async () => {
    const { clock, create, use, find } = await withUser();
    const token = await create({ expiresAt: null });
    expect(await find(token, 'use.never')).toEqual({ kind: 'revoke' });
    await use(token, [{}]);
    expect(await find(token, 'use.never')).toBeNull();
    clock.move(90 * DAY);
    expect(await find(token, 'use.idle')).toBeNull();
    clock.move(1);
    expect(await find(token, 'use.idle')).toEqual({ kind: 'switchOff' });
  });

  test('a token without ranges is offered those of the addresses it was seen from', async () => {
    const { ask, create, use, find } = await withUser();
    const token = await create();
    expect(await find(token, 'ip.none')).toEqual({ kind: 'addRanges', ranges: [] });
    await use(token, [{ address: '203.0.113.9' }, { address: '2001:db8::5' }]);
    await use(token, [{ address: '198.51.100.1', status: 401, reason: 'token.expired', counted: false }]);
    const remedy = await find(token, 'ip.none');
    expect(remedy).toEqual({ kind: 'addRanges', ranges: ['2001:db8::/64', '203.0.113.9/32'] });
    await ask.ipRules.addAll({
      rules: ['2001:db8::/64', '203.0.113.9/32'].map((range) => ({ range, tokenIds: [token.id] })),
    });
    expect(await find(token, 'ip.none')).toBeNull();
  });

  test('ranges for all API access are ranges of every token', async () => {
    const { ask, create, find } = await withUser();
    const token = await create();
    await ask.ipRules.add({ range: '10.0.0.0/8' });
    expect(await find(token, 'ip.none')).toBeNull();
  });

  test('a scope wider than what the log shows is narrowed to the operations that were used, and then is no finding', async () => {
    const { ask, create, use, find } = await withUser();
    const token = await create();
    expect(await find(token, 'scope.wide')).toBeNull();
    await use(token, [
      { endpoint: 'GET /v1/shifts', status: 200 },
      { endpoint: 'POST /v1/shifts', method: 'POST', status: 400, reason: 'request.invalid' },
      { endpoint: 'DELETE /v1/shifts/{id}', method: 'DELETE', status: 403, reason: 'scope.method' },
      { endpoint: 'GET /v1/openapi.json', status: 200 },
    ]);
    const operations = await ask.endpoints.list();
    const remedy = await find(token, 'scope.wide');
    expect(remedy).toEqual({
      kind: 'narrowScope',
      endpoints: [
        { kind: 'operation', target: 'listShifts', access: 'read' },
        { kind: 'operation', target: 'createShift', access: 'write' },
      ],
      used: 2,
      // All but the one that needs no token.
      allowed: operations.length - 1,
    });
    if (remedy?.kind !== 'narrowScope') throw new Error('no remedy');
    await ask.tokens.update({ id: token.id, scope: 'limited', endpoints: remedy.endpoints });
    expect(await find(token, 'scope.wide')).toBeNull();
  });

  test('only active tokens are looked over; findings are counted by code, and paged', async () => {
    const { ask, clock, create, in: away } = await withUser();
    await create({ name: 'a', expiresAt: null });
    await create({ name: 'b' });
    const off = await create({ name: 'c', expiresAt: null });
    await ask.tokens.setActive({ id: off.id, active: false });
    await ask.tokens.revoke({ id: (await create({ name: 'd' })).id });
    await create({ name: 'e', expiresAt: away(1) });
    clock.move(DAY);
    const { counts, total, findings } = await ask.tokens.hygiene({ limit: 2, offset: 1 });
    expect(counts).toEqual({
      'expiry.never': 1,
      'expiry.beyond': 0,
      'use.never': 2,
      'use.idle': 0,
      'ip.none': 2,
      'scope.wide': 0,
    });
    expect(total).toBe(5);
    expect(findings.map(({ code, token }) => [code, token.name])).toEqual([
      ['use.never', 'a'],
      ['ip.none', 'a'],
    ]);
  });
});
