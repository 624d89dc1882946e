import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyFrom, makeKeyText } from '../tokens/key.ts';
import { canonicalJson } from './canonical-json.ts';
import { chainedText, chainKeyOf, macOf, START } from './chain.ts';

const text = fc.string({ unit: 'binary' });
const entry = fc.record({
  seq: fc.nat(),
  at: fc.nat(),
  actor: text,
  action: text,
  subject: fc.record({ kind: text, id: text, name: text }),
  before: fc.option(text),
  after: fc.option(text),
  keyId: text,
});

const newKey = () => {
  const key = keyFrom(makeKeyText());
  if (key === null) throw new Error('no key');
  return key;
};

test('what is chained is the canonical JSON of every field and of the MAC before', () => {
  fc.assert(
    fc.property(entry, text, (one, previous) => {
      expect(chainedText(one, previous)).toBe(canonicalJson({ ...one, previous }));
    }),
  );
});

test('two entries have the same MAC only where they are the same, behind the same one, under the same key', () => {
  const [key, other] = [chainKeyOf(newKey()), chainKeyOf(newKey())];
  fc.assert(
    fc.property(entry, entry, text, (one, two, previous) => {
      const mac = macOf(key, one, START.mac);
      expect(mac).toBe(macOf(key, structuredClone(one), START.mac));
      expect(macOf(key, two, START.mac) === mac).toBe(canonicalJson(one) === canonicalJson(two));
      expect(macOf(key, one, previous)).not.toBe(mac);
      expect(macOf(other, one, START.mac)).not.toBe(mac);
    }),
  );
});

test('canonical JSON does not depend on the order in which members were made', () => {
  expect(canonicalJson({ b: [{ z: 1, a: new Date(0) }], a: undefined, c: null })).toBe(
    '{"b":[{"a":"1970-01-01T00:00:00.000Z","z":1}],"c":null}',
  );
  expect(canonicalJson({ y: 1, x: { q: 2, p: 3 } })).toBe(canonicalJson({ x: { p: 3, q: 2 }, y: 1 }));
});
