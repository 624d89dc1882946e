import { expect, test } from 'vitest';
import { handClock, testInstance } from '../../../tests/support/instance.ts';
import { insertManyTokens, manyTokenId } from '../../../tests/support/many-tokens.ts';
import { makeRecord, openJournalOf } from '../logs/testing.ts';
import type { BriefFinding } from './contract.ts';

const COUNT = 100_000;

/** How often the event loop came round while `work` ran. */
async function turnsDuring<T>(work: () => Promise<T>): Promise<{ turns: number; result: T }> {
  let turns = 0;
  let going = true;
  const turn = () => {
    turns++;
    if (going) setImmediate(turn);
  };
  setImmediate(turn);
  const result = await work();
  going = false;
  return { turns, result };
}

test('100,000 tokens are looked over at once, in parts that let other calls have their turn', async () => {
  const clock = handClock(Date.now());
  const { ask, file } = await testInstance({ clock });
  const { id: userId } = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
  insertManyTokens(file, { userId, count: COUNT, now: clock.now() });
  // The last of them was used from somewhere, for one thing.
  const last = manyTokenId(COUNT - 1);
  const journal = openJournalOf(file, { clock });
  const used = { tokenId: last, tokenName: 'token', address: '203.0.113.9', endpoint: 'GET /v1/shifts' };
  await journal.append(makeRecord({ time: clock.now(), ...used }));
  await journal.close();

  const { turns, result: page } = await turnsDuring(() =>
    ask.tokens.hygiene({ offset: 1_000, limit: 1_000 }),
  );
  expect(turns).toBeGreaterThan(COUNT / 1_000 / 2);
  // Nine of ten are active; of these a third never expires, half was never used but for the last one, and a quarter
  // (which is even, so used) is idle.
  const active = Array.from({ length: COUNT }, (_, n) => n).filter((n) => n % 10 > 0);
  const countOf = (is: (n: number) => boolean) => active.filter(is).length;
  expect(page.counts).toEqual({
    'expiry.never': countOf((n) => n % 3 === 0),
    'expiry.beyond': 0,
    'use.never': countOf((n) => n % 2 === 1) - 1,
    'use.idle': countOf((n) => n % 4 === 0),
    'ip.none': active.length,
    'scope.wide': 1,
  });
  expect(page.total).toBe(Object.values(page.counts).reduce((sum, one) => sum + one));

  const parts: BriefFinding[][] = [];
  const stream = await turnsDuring(async () => {
    for await (const part of await ask.tokens.findings()) parts.push(part);
  });
  expect(stream.turns).toBeGreaterThan(COUNT / 1_000 / 2);
  const all = parts.flat();
  expect(all).toHaveLength(page.total);
  expect(Math.max(...parts.map((part) => part.length))).toBe(1_000);
  // The pages are the same, in the same order.
  const brief = page.findings.map(({ code, token, remedy }) => ({
    code,
    tokenId: token.id,
    tokenName: token.name,
    remedy,
  }));
  expect(all.slice(1_000, 2_000)).toEqual(brief);
  const remedies = all.filter((finding) => finding.tokenId === last).map((finding) => finding.remedy);
  expect(remedies).toMatchObject([
    { kind: 'setExpiry' },
    { kind: 'addRanges', ranges: ['203.0.113.9/32'] },
    { kind: 'narrowScope', used: 1 },
  ]);
});
