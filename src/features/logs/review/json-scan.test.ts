import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonScan, KIND } from './json-scan.ts';

const WANTED = { a: 0, name: 1, inner: { a: 2, b: 3 }, ['__proto__']: 4 };

const read = (text: string, options = {}) => {
  const scan = new JsonScan(WANTED, 5, options);
  const bytes = Buffer.from(`xx${text}yy`);
  return { scan, sound: scan.read(bytes, 2, bytes.length - 2) };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const object = fc.dictionary(
  fc.oneof(fc.constantFrom('a', 'name', 'inner', 'b', 'é"\\'), fc.string()),
  fc.oneof(fc.jsonValue(), fc.record({ a: fc.string(), b: fc.double() })),
);

function expectSame(text: string): void {
  const value = parsed(text);
  const { scan, sound } = read(text);
  expect(sound).toBe(isObject(value));
  if (!isObject(value)) return;
  const inner = isObject(value.inner) ? value.inner : {};
  for (const [place, found] of [value.a, value.name, inner.a, inner.b].entries()) {
    if (typeof found === 'string') expect(scan.text(place)).toBe(found);
    if (typeof found === 'number') expect(Number(scan.text(place))).toBe(found);
    if (found === null) expect(scan.kind[place]).toBe(KIND.null);
    if (found === undefined) expect(scan.kind[place]).toBe(KIND.absent);
  }
}

test('the values of any object are those that JSON.parse finds', () => {
  fc.assert(
    fc.property(object, fc.constantFrom(undefined, 1, '\t'), (value, indent) =>
      expectSame(JSON.stringify(value, null, indent)),
    ),
  );
});

test('what is damaged is taken where JSON.parse takes it, and nowhere else', () => {
  const damage = fc.record({
    at: fc.nat(),
    byte: fc.constantFrom(...'"\\{}[],:0e-.+ntu \u0001'),
    cut: fc.boolean(),
  });
  fc.assert(
    fc.property(object, fc.array(damage, { minLength: 1, maxLength: 3 }), (value, damages) => {
      let text = JSON.stringify(value);
      for (const { at, byte, cut } of damages) {
        const place = at % (text.length + 1);
        text = cut ? text.slice(0, place) : text.slice(0, place) + byte + text.slice(place + 1);
      }
      // Of an object that stands twice its parts are not forgotten; none is written so.
      if ((text.match(/"inner"/g)?.length ?? 0) < 2) expectSame(text);
    }),
  );
});

test('a key has no meaning of its own, and the last of the same counts', () => {
  const { scan, sound } = read('{"__proto__":"x","a":"1","a":"2","\\u006eame":"n"}');
  expect(sound).toBe(true);
  expect([4, 0, 1].map((place) => scan.text(place))).toEqual(['x', '2', 'n']);
});

test('what nests without end is no record', () => {
  expect(read(`{"a":${'['.repeat(100_000)}`).sound).toBe(false);
  expect(read(`{"a":${'['.repeat(1_000)}${']'.repeat(1_000)}}`).sound).toBe(false);
});

test('escapes that other programs write are read where they are asked for', () => {
  expect(read('{"a":"\\x22\\\\x22"}').sound).toBe(false);
  const { scan, sound } = read('{"a":"\\x22\\\\x22"}', { hexEscapes: true });
  expect(sound).toBe(true);
  expect(scan.text(0)).toBe('"\\x22');
});
