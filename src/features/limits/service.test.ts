import { describe, expect, test } from 'vitest';
import { ENGINES, refusal, testInstanceOn } from '../../../tests/support/instance.ts';
import { rawDatabase } from '../../../tests/support/raw-database.ts';
import { newId } from '../../base/ids.ts';
import type { InstancePlace } from '../../db/place.ts';
import { readLimits } from './store.ts';

describe.each(ENGINES)('on %s', (engine) => {
  const limit = (requestsPerHour: number) => ({ requestsPerHour, burst: { requests: 5, seconds: 2 } });
  const NO_TRIALS = { default: null, instance: null, tokens: [] };
  const NEW = { requestsPerHour: 10_000, burst: { requests: 100, seconds: 10 } };

  const policyOf = async (place: InstancePlace) => {
    const raw = rawDatabase(place);
    const changes = await raw.rows(`SELECT entity FROM policy_change WHERE kind = 'limits'`);
    return { limits: await raw.read(readLimits()), changes: changes.length };
  };

  test('a new instance has the default of 10,000 an hour and 100 in 10 s, and no ceiling', async () => {
    const { ask, place } = await testInstanceOn(engine);
    expect(await ask.limits.show()).toEqual({ default: NEW, instance: null, tokens: [], trials: NO_TRIALS });
    expect((await policyOf(place)).limits).toMatchObject({ default: NEW, instance: null, tokens: new Map() });
  });

  test('the default, the ceiling and an override are set and cleared, each a policy change', async () => {
    const { ask, place } = await testInstanceOn(engine);
    const user = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
    const { token } = await ask.tokens.create({ name: 'Rota', userId: user.id, scope: 'full' });
    const target = { kind: 'token' as const, tokenId: token.id };
    await ask.limits.set({ target: { kind: 'default' }, limit: limit(1) });
    await ask.limits.set({ target: { kind: 'instance' }, limit: limit(2) });
    await ask.limits.set({ target, limit: limit(9) });
    const shown = await ask.limits.set({ target, limit: limit(3) });
    expect(shown).toEqual({
      default: limit(1),
      instance: limit(2),
      tokens: [{ tokenId: token.id, tokenName: 'Rota', limit: limit(3) }],
      trials: NO_TRIALS,
    });
    expect(await policyOf(place)).toMatchObject({
      limits: { default: limit(1), instance: limit(2), tokens: new Map([[token.id, limit(3)]]) },
      changes: 4,
    });
    await ask.limits.clear({ target });
    await ask.limits.clear({ target: { kind: 'instance' } });
    expect(await ask.limits.clear({ target: { kind: 'default' } })).toEqual({
      default: NEW,
      instance: null,
      tokens: [],
      trials: NO_TRIALS,
    });
    expect(await policyOf(place)).toMatchObject({
      limits: { default: NEW, instance: null, tokens: new Map() },
      changes: 7,
    });
  });

  test('an override for an unknown token is id.unknown', async () => {
    const { ask } = await testInstanceOn(engine);
    const target = { kind: 'token' as const, tokenId: newId() };
    expect(await refusal(ask.limits.set({ target, limit: limit(1) }))).toMatchObject({ code: 'id.unknown' });
    expect(await refusal(ask.limits.clear({ target }))).toMatchObject({ code: 'id.unknown' });
  });

  test('a trial is set beside the limit in force, adopted in one step, and ended', async () => {
    const { ask } = await testInstanceOn(engine);
    const target = { kind: 'default' as const };
    await ask.limits.set({ target, limit: limit(7), trial: true });
    await ask.limits.set({ target: { kind: 'instance' }, limit: limit(8), trial: true });
    expect(await ask.limits.show()).toEqual({
      default: NEW,
      instance: null,
      tokens: [],
      trials: { default: limit(7), instance: limit(8), tokens: [] },
    });
    await ask.limits.adopt({ target });
    expect(await ask.limits.clear({ target: { kind: 'instance' }, trial: true })).toEqual({
      default: limit(7),
      instance: null,
      tokens: [],
      trials: NO_TRIALS,
    });
    expect(await refusal(ask.limits.adopt({ target }))).toMatchObject({ code: 'trial.none' });
  });
});
