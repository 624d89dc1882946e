import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ENGINES, type Engine, handClock, refusal, testInstanceOn } from '../../../tests/support/instance.ts';
import { beside } from '../../../tests/support/raw-database.ts';
import { DAY, HOUR } from '../../base/clock.ts';
import type { Overlap, Token } from './contract.ts';
import { recordTokenUseLater } from './postgres-token-use.ts';
import { recordTokenUse } from './token-use.ts';

async function withToken(engine: Engine, more: { expiresAt?: Date | null } = {}) {
  const clock = handClock();
  const instance = await testInstanceOn(engine, { clock });
  const { ask } = instance;
  const user = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
  const made = await ask.tokens.create({ name: 'Rota', userId: user.id, scope: 'full', ...more });
  return { ...instance, clock, ...made, id: made.token.id };
}

describe.each(ENGINES)('on %s', (engine) => {
  const live = (token: Token, now: number) =>
    token.secrets.filter(({ validUntil }) => validUntil === null || validUntil.getTime() > now);

  test.each([
    ['none', 0],
    ['1h', HOUR],
    ['24h', DAY],
    ['7d', 7 * DAY],
  ] as const)(
    'with overlap %s the old secret is valid for so long, and the new one is shown once',
    async (overlap, ms) => {
      const { ask, clock, id, secret: old } = await withToken(engine);
      const { token, secret, oldValidUntil } = await ask.tokens.rotate({ id, overlap });
      expect(secret).not.toBe(old);
      expect(oldValidUntil).toEqual(new Date(clock.now() + ms));
      expect(token.prefix).toBe(secret.slice(0, 10));
      expect(token.secrets.map((one) => [one.prefix, one.validUntil])).toEqual([
        [secret.slice(0, 10), null],
        [old.slice(0, 10), oldValidUntil],
      ]);
      expect(JSON.stringify([await ask.tokens.get({ id }), await ask.tokens.list({})])).not.toContain(secret);
      // Both are still known as this token's.
      for (const search of [old, secret]) expect((await ask.tokens.list({ search })).items).toHaveLength(1);
    },
  );

  test('the old secret is never valid past the token’s expiry, also where that is moved earlier', async () => {
    const { ask, clock, id } = await withToken(engine, { expiresAt: new Date(handClock().now() + 2 * HOUR) });
    const { oldValidUntil, token } = await ask.tokens.rotate({ id, overlap: '24h' });
    expect(oldValidUntil).toEqual(token.expiresAt);
    const earlier = new Date(clock.now() + HOUR);
    const moved = await ask.tokens.update({ id, expiresAt: earlier });
    expect(moved.secrets[1]?.validUntil).toEqual(earlier);
    const later = await ask.tokens.update({ id, expiresAt: null });
    expect(later.secrets[1]?.validUntil).toEqual(earlier);
  });

  test('a second rotation is refused while an overlap runs, but for one without overlap, which ends it', async () => {
    const { ask, clock, id, secret: first } = await withToken(engine);
    const { oldValidUntil } = await ask.tokens.rotate({ id, overlap: '1h' });
    expect(await refusal(ask.tokens.rotate({ id, overlap: '1h' }))).toEqual({
      code: 'rotation.running',
      data: { until: oldValidUntil?.toISOString() },
    });
    const { token } = await ask.tokens.rotate({ id, overlap: 'none' });
    expect(live(token, clock.now())).toHaveLength(1);
    expect((await ask.tokens.list({ search: first })).items).toEqual([]);
    clock.move(2 * HOUR);
    expect(live((await ask.tokens.rotate({ id, overlap: '7d' })).token, clock.now())).toHaveLength(2);
  });

  test('the overlap can be ended early, once', async () => {
    const { ask, clock, id } = await withToken(engine);
    expect(await refusal(ask.tokens.endOverlap({ id }))).toMatchObject({ code: 'rotation.none' });
    await ask.tokens.rotate({ id, overlap: '7d' });
    clock.move(5_000);
    const ended = await ask.tokens.endOverlap({ id });
    expect(ended.secrets[1]?.validUntil).toEqual(new Date(clock.now()));
    expect(await refusal(ask.tokens.endOverlap({ id }))).toMatchObject({ code: 'rotation.none' });
  });

  test('a revoked or expired token is not rotated', async () => {
    const { ask, clock, id } = await withToken(engine, { expiresAt: new Date(handClock().now() + HOUR) });
    clock.move(HOUR);
    expect(await refusal(ask.tokens.rotate({ id }))).toMatchObject({ code: 'token.expired' });
    await ask.tokens.revoke({ id });
    expect(await refusal(ask.tokens.rotate({ id }))).toMatchObject({ code: 'token.revoked' });
  });

  test('whatever is done, a token has at most two secrets, and exactly one without an end', async () => {
    const { ask, clock, id } = await withToken(engine, { expiresAt: null });
    const overlaps = fc.constantFrom<Overlap>('none', '1h', '24h', '7d');
    const step = fc.oneof(
      overlaps.map((overlap) => () => ask.tokens.rotate({ id, overlap })),
      fc.constant(() => ask.tokens.endOverlap({ id })),
      fc.nat(10 * DAY).map((ms) => async () => clock.move(ms)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        for (const act of steps) {
          await act().catch((refused) => expect(refused.code).toBe('FAULT'));
          const { secrets } = await ask.tokens.get({ id });
          expect(secrets.length).toBeLessThanOrEqual(2);
          expect(secrets.filter(({ validUntil }) => validUntil === null)).toHaveLength(1);
          expect(secrets[0]?.validUntil).toBeNull();
        }
      }),
      { numRuns: 25 },
    );
  });
});

test.each(ENGINES)(
  'on %s each secret has its own last use, and both count their requests since the rotation',
  async (engine) => {
    const { ask, clock, id, place } = await withToken(engine);
    const before = (await ask.tokens.get({ id })).secrets[0]?.id ?? '';
    const record = async (secretId: string, ms: number, address: string, requests = 1) => {
      const uses = [{ tokenId: id, secretId, at: clock.now() + ms, address, requests }];
      await beside(place.database, {
        sqlite: (file) => recordTokenUse(file, uses),
        postgres: (client) => recordTokenUseLater(client, uses),
      });
    };
    await record(before, 0, '10.0.0.1', 7);
    const { token } = await ask.tokens.rotate({ id, overlap: '1h' });
    const after = token.secrets[0]?.id ?? '';
    await record(before, 2_000, '10.0.0.2', 3);
    await record(after, 3_000, '10.0.0.3', 5);
    // Late: it counts, and moves nothing back.
    await record(before, 1_000, '10.0.0.9', 1);
    expect((await ask.tokens.get({ id })).secrets).toMatchObject([
      { id: after, requests: 5, lastAddress: '10.0.0.3', lastUsedAt: new Date(clock.now() + 3_000) },
      { id: before, requests: 4, lastAddress: '10.0.0.2', lastUsedAt: new Date(clock.now() + 2_000) },
    ]);
  },
);
