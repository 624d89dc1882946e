import { describe, expect, test } from 'vitest';
import { ENGINES, handClock, instanceAt, testInstanceOn } from '../../../tests/support/instance.ts';
import { DAY } from '../../base/clock.ts';
import type { AuditFilter } from './contract.ts';

describe.each(ENGINES)('on %s', (engine) => {
  async function filled() {
    const clock = handClock();
    const ada = await testInstanceOn(engine, { clock, actor: 'os:ada' });
    const bob = await instanceAt(ada.place, { clock, actor: 'os:bob' });
    const user = await ada.ask.directory.users.add({ email: 'zoe_1@example.org', name: 'Zoé' });
    clock.move(DAY);
    const { token } = await bob.ask.tokens.create({ name: 'Löhne 100%', userId: user.id, scope: 'full' });
    clock.move(DAY);
    await bob.ask.tokens.update({ id: token.id, name: 'Wages' });
    await ada.ask.limits.reset({ target: { kind: 'token', tokenId: token.id } });
    const found = async (filter: AuditFilter) =>
      (await ada.ask.audit.list({ filter })).items.map(({ action }) => action);
    return { ask: ada.ask, clock, user, token, found };
  }

  test('an entry says who, when, what, and what it was before and is after', async () => {
    const { ask, clock, token } = await filled();
    const { items } = await ask.audit.list({ filter: { action: 'token.update' } });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      seq: 3,
      at: new Date(clock.now()),
      actor: 'os:bob',
      subject: { kind: 'token', id: token.id, name: 'Wages' },
      before: { name: 'Löhne 100%', scope: 'full' },
      after: { name: 'Wages', scope: 'full' },
    });
  });

  test('entries are found by who, what, when, and by the id or a part of the name of what it was done to', async () => {
    const { clock, user, token, found } = await filled();
    expect(await found({})).toEqual(['counters.reset', 'token.update', 'token.create', 'user.add']);
    expect(await found({ actor: 'os:ada' })).toEqual(['counters.reset', 'user.add']);
    expect(await found({ action: 'token.create' })).toEqual(['token.create']);
    expect(await found({ subject: token.id })).toEqual(['counters.reset', 'token.update', 'token.create']);
    expect(await found({ subject: user.id })).toEqual(['user.add']);
    expect(await found({ subject: 'ZOE_' })).toEqual(['user.add']);
    expect(await found({ subject: 'LÖHNE 100%' })).toEqual(['token.create']);
    expect(await found({ subject: 'a_y' })).toEqual([]);
    const [first, last] = [new Date(clock.now() - 2 * DAY), new Date(clock.now())];
    expect(await found({ from: first, to: last })).toEqual(['token.create', 'user.add']);
    expect(await found({ from: last })).toEqual(['counters.reset', 'token.update']);
    expect(await found({ from: first, to: last, actor: 'os:bob' })).toEqual(['token.create']);
  });

  test('pages are as long as asked, and together every entry once', async () => {
    const { ask } = await filled();
    expect(await ask.audit.actors()).toEqual(['os:ada', 'os:bob']);
    for (const limit of [1, 2, 3, 4, 5]) {
      const seen: number[] = [];
      for (let before: number | null | undefined; before !== null; ) {
        const page = await ask.audit.list({ limit, ...(before && { before }) });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        seen.push(...page.items.map(({ seq }) => seq));
        before = page.next;
      }
      expect(seen).toEqual([4, 3, 2, 1]);
    }
  });
});
