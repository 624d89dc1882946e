import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IpRules, type OwnedRule } from './judge-address.ts';

const rule = fc.record({
  id: fc.integer({ min: 0, max: 9 }).map(String),
  range: fc.constantFrom(
    '10.0.0.0/8',
    '10.0.0.0/24',
    '10.0.0.7/32',
    '0.0.0.0/0',
    '2001:db8::/32',
    '2001:db8::7/128',
  ),
  label: fc.constant(''),
  tokenIds: fc.option(fc.uniqueArray(fc.constantFrom('a', 'b'), { maxLength: 2 })),
});
const change = fc.oneof(rule, fc.record({ id: fc.integer({ min: 0, max: 9 }).map(String) }));

test('rules that were changed one after the other judge as the same rules compiled at once', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const changed = new IpRules();
      const now = new Map<string, OwnedRule>();
      for (const one of changes) {
        now.delete(one.id);
        if ('range' in one) now.set(one.id, one);
        changed.replace([one.id], 'range' in one ? [one] : []);
      }
      const anew = new IpRules([...now.values()]);
      for (const address of ['10.0.0.7', '10.0.0.8', '10.9.9.9', '192.0.2.1', '2001:db8::7', '2001:db9::'])
        for (const token of ['a', 'b', undefined]) {
          expect(changed.judge(address, token)).toMatchObject(anew.judge(address, token));
          expect(changed.rangesOf(token)?.ranges.size).toBe(anew.rangesOf(token)?.ranges.size);
        }
    }),
    { numRuns: 500 },
  );
});

test('of several changes none is in force where one cannot be read', () => {
  const held = { id: '1', range: '10.0.0.0/8', label: '', tokenIds: null };
  const rules = new IpRules([held]);
  const broken = [
    { ...held, id: '2', range: '192.0.2.0/24' },
    { ...held, range: '10.0.0.0/99' },
  ];
  expect(() => rules.replace(['1', '2'], broken)).toThrow(/IP rule 1/);
  expect(rules.judge('10.0.0.1').allowed).toBe(true);
  expect(rules.judge('192.0.2.1').allowed).toBe(false);
});
