import { isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { compileRanges, parseAddress, parseRange } from './ranges.ts';

const refused = (text: string): string => {
  const parsed = parseRange(text);
  return parsed.ok ? `accepted as ${parsed.canonical}` : 'refused';
};

const canonical = (text: string): string => {
  const parsed = parseRange(text);
  return parsed.ok ? parsed.canonical : parsed.detail;
};

/** The plainest arithmetic that could judge: an address as 128 bits, an IPv4 one in its mapped place. */
const MAPPED = 0xffffn << 32n;
const text4 = (value: bigint) => [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
const groups6 = (value: bigint) =>
  [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((shift) => ((value >> shift) & 0xffffn).toString(16));

/** Every way to write 128 bits that `net.isIP` knows: long, padded, capitals, each possible `::`, dotted end. */
function forms(value: bigint): string[] {
  const groups = groups6(value);
  const ends = [groups, [...groups.slice(0, 6), text4(value & 0xffffffffn)]];
  const written: string[] = [groups.map((group) => group.padStart(4, '0').toUpperCase()).join(':')];
  for (const parts of ends) {
    written.push(parts.join(':'));
    for (let start = 0; start < parts.length; start++)
      for (let end = start + 1; end <= parts.length && parts[end - 1] === '0'; end++)
        written.push(`${parts.slice(0, start).join(':')}::${parts.slice(end).join(':')}`);
  }
  if (value >> 32n === 0xffffn) written.push(text4(value & 0xffffffffn));
  return written;
}

/** Often with runs of zeros, often IPv4-mapped. */
const bits = fc.oneof(
  fc.bigInt(0n, (1n << 128n) - 1n),
  fc.bigInt(0n, 0xffffffffn).map((low) => MAPPED | low),
  fc
    .array(fc.oneof(fc.constant(0n), fc.bigInt(0n, 0xffffn)), { minLength: 8, maxLength: 8 })
    .map((groups) => groups.reduce((value, group) => (value << 16n) | group, 0n)),
);

test('every form that net.isIP knows of an address means the same address', () => {
  fc.assert(
    fc.property(bits, (value) => {
      const written = forms(value);
      const texts = new Set<string>();
      for (const form of written) {
        expect(isIP(form), form).not.toBe(0);
        const parsed = parseAddress(form);
        if (!parsed.ok) throw new Error(`${form}: ${parsed.detail}`);
        const { address } = parsed;
        expect(address.family === 4 ? MAPPED | BigInt(address.value) : address.value, form).toBe(value);
        texts.add(parsed.canonical);
      }
      expect(texts.size).toBe(1);
      // The canonical text is a fixed point.
      const [text = ''] = texts;
      expect(parseAddress(text)).toMatchObject({ ok: true, canonical: text });
    }),
    { numRuns: 500 },
  );
});

/** What an address means, by another reader than ours: IPv4 by arithmetic, IPv6 by that of URLs. */
function meaning(text: string): bigint {
  if (isIP(text) === 4) return text.split('.').reduce((value, part) => value * 256n + BigInt(part), 0xffffn);
  const [head = '', tail = ''] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [before, after] = [groups(head), groups(tail)];
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

/** Texts that look like addresses: forms of one with a few characters put in, taken out or exchanged. */
const nearAddress = fc
  .tuple(
    bits,
    fc.nat(30),
    fc.array(fc.tuple(fc.nat(45), fc.nat(2), fc.constantFrom(...'0123456789abcdefABCDEF:.%/[] x')), {
      maxLength: 2,
    }),
  )
  .map(([value, which, edits]) => {
    const written = forms(value);
    const form = [...(written[which % written.length] as string)];
    for (const [at, kind, character] of edits)
      form.splice(at, kind === 0 ? 0 : 1, ...(kind === 1 ? [] : [character]));
    return form.join('');
  });

test('for every text, what net.isIP accepts matches as arithmetic on its 128 bits says, and nothing else matches', () => {
  let [accepted, refusedTexts] = [0, 0];
  fc.assert(
    fc.property(nearAddress, bits, fc.nat(128), fc.boolean(), (text, other, length, near) => {
      const known = isIP(text) !== 0 && !text.includes('%');
      const value = known ? meaning(text) : 0n;
      const base = near && known ? value : other;
      const mapped = base >> 32n === 0xffffn;
      const prefix = mapped ? 96 + (length % 33) : length;
      const set = compileRanges([
        { id: 'r', range: canonical(`${groups6(base).join(':')}/${prefix}`), label: '' },
      ]);
      const shift = BigInt(128 - prefix);
      const sameFamily = mapped === (value >> 32n === 0xffffn);
      const inside = known && sameFamily && value >> shift === base >> shift;
      expect(set.match(text) !== null, text).toBe(inside);
      expect(parseAddress(text).ok, text).toBe(known);
      if (known) accepted++;
      else refusedTexts++;
    }),
    { numRuns: 5_000 },
  );
  // Both kinds were really tried.
  expect(Math.min(accepted, refusedTexts)).toBeGreaterThan(500);
});

test('a range has exactly the addresses that share its prefix', () => {
  fc.assert(
    fc.property(bits, fc.nat(128), bits, fc.nat(128), (base, length, other, near) => {
      const mapped = base >> 32n === 0xffffn;
      if (mapped && length < 96) return;
      const parsed = parseRange(`${groups6(base).join(':')}/${length}`);
      if (!parsed.ok) throw new Error(parsed.detail);
      const shift = BigInt(128 - length);
      expect(parsed.hostBitsCleared).toBe((base >> shift) << shift !== base);
      const set = compileRanges([{ id: 'r', range: parsed.canonical, label: '' }]);
      // One address anywhere, one that differs from the base in a single bit, the first, the last, their neighbours.
      const first = (base >> shift) << shift;
      const last = first + (1n << shift) - 1n;
      // Of `::/80` the last one is written as IPv6, although alone it would be an IPv4-mapped address.
      expect(forms(first)).toContain(parsed.first);
      expect(forms(last)).toContain(parsed.last);
      for (const value of [other, base ^ (1n << BigInt(near % 128)), first, last, first - 1n, last + 1n]) {
        if (value < 0n || value >> 128n !== 0n) continue;
        const sameFamily = mapped === (value >> 32n === 0xffffn);
        const inside = sameFamily && value >= first && value <= last;
        expect(set.match(groups6(value).join(':')) !== null, groups6(value).join(':')).toBe(inside);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('of nested, equal and neighbouring ranges the narrowest matches, as looking at each one finds', () => {
  const tight = fc.record({ value: fc.nat(255), length: fc.integer({ min: 20, max: 32 }) });
  fc.assert(
    fc.property(fc.array(tight, { maxLength: 30 }), fc.boolean(), (entries, six) => {
      const write = (value: number) => (six ? `2001:db8::${value.toString(16)}` : `10.0.0.${value}`);
      const rules = entries.map(({ value, length }, index) => {
        const range = canonical(`${write(value)}/${six ? length + 96 : length}`);
        return { id: String(index).padStart(2, '0'), range, label: '', value, length };
      });
      const set = compileRanges(rules);
      for (let address = 0; address < 256; address++) {
        const inside = rules.filter(
          (rule) => address >> (32 - rule.length) === rule.value >> (32 - rule.length),
        );
        const narrowest = inside.toSorted((a, b) => b.length - a.length || (a.id < b.id ? -1 : 1))[0];
        expect(set.match(write(address))?.id ?? null).toBe(narrowest?.id ?? null);
      }
    }),
    { numRuns: 300 },
  );
});

test('100,000 ranges give the same answers as arithmetic', () => {
  // Every second /24 of 10.0.0.0/7 and on, and as many IPv6 /64.
  const rules = Array.from({ length: 50_000 }, (_, n) => [
    { id: `four ${n}`, range: `${text4(BigInt(10 * 2 ** 24 + n * 512))}/24`, label: '' },
    {
      id: `six ${n}`,
      range: canonical(`2001:db8:${(n >> 8).toString(16)}:${((n & 255) * 2).toString(16)}::/64`),
      label: '',
    },
  ]).flat();
  const set = compileRanges(rules);
  expect(set.size).toBe(100_000);
  for (let n = 0; n < 50_000; n += 7) {
    const start = 10 * 2 ** 24 + n * 512;
    expect(set.match(text4(BigInt(start)))?.id).toBe(`four ${n}`);
    expect(set.match(text4(BigInt(start + 255)))?.id).toBe(`four ${n}`);
    expect(set.match(text4(BigInt(start + 256)))).toBeNull();
    const [high, low] = [(n >> 8).toString(16), (n & 255) * 2];
    expect(set.match(`2001:db8:${high}:${low.toString(16)}:ffff::1`)?.id).toBe(`six ${n}`);
    expect(set.match(`2001:db8:${high}:${(low + 1).toString(16)}::1`)).toBeNull();
  }
});

test('a look-up among 100,000 ranges takes as many steps as one among ten', () => {
  const rulesOf = (count: number) =>
    Array.from({ length: count }, (_, n) => {
      const four = n % 2 === 0;
      const range = four
        ? `${text4(BigInt(10 * 2 ** 24 + n * 256))}/24`
        : `2001:db8:${n >> 16}:${(n & 0xffff).toString(16)}::/64`;
      return { id: String(n), range: canonical(range), label: '' };
    });
  const stepsAmong = (count: number): number[] => {
    const set = compileRanges(rulesOf(count));
    const get = vi.spyOn(Map.prototype, 'get');
    try {
      return ['10.0.0.7', '11.255.0.1', '192.0.2.1', '2001:db8:0:1::7', '2001:db8:1:5::7', 'fd00::1'].map(
        (address) => {
          get.mockClear();
          set.match(address);
          return get.mock.calls.length;
        },
      );
    } finally {
      get.mockRestore();
    }
  };
  // One for each prefix length that occurs.
  expect(stepsAmong(10)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(stepsAmong(100_000)).toEqual([1, 1, 1, 1, 1, 1]);
});

test.each([
  ['an octal part, which inet_aton reads as 8.0.0.1', '010.0.0.1'],
  ['leading zeros', '10.0.0.01'],
  ['a hexadecimal part', '0x0a.0.0.1'],
  ['one number', '167772161'],
  ['a short form', '10.1'],
  ['three parts', '10.0.1'],
  ['a part over 255', '10.0.0.256'],
  ['a zone id', 'fe80::1%eth0'],
  ['a zone id before a prefix', 'fe80::1%eth0/64'],
  ['an octal part in a mapped address', '::ffff:010.0.0.1'],
  ['a dotted start', '10.0.0.1::'],
  ['two gaps', '1::2::3'],
  ['nine groups', '1:2:3:4:5:6:7:8:9'],
  ['brackets', '[::1]'],
  ['a port', '10.0.0.1:80'],
  ['spaces', ' 10.0.0.1'],
  ['nothing', ''],
  ['only a prefix', '/8'],
  ['an empty prefix', '10.0.0.0/'],
  ['a netmask', '10.0.0.0/255.0.0.0'],
  ['a prefix with a leading zero', '10.0.0.0/08'],
  ['a prefix with a sign', '10.0.0.0/+8'],
  ['a prefix too long for IPv4', '10.0.0.0/33'],
  ['a prefix too long for IPv6', '::/129'],
  ['two prefixes', '10.0.0.0/8/8'],
  ['a mapped address with a prefix that is not IPv4 alone', '::ffff:10.0.0.1/95'],
  ['Arabic digits', '١٠.0.0.1'],
])('refused: %s', (_, text) => {
  expect(refused(text)).toBe('refused');
});

test.each([
  ['10.1.2.3', '10.1.2.3/32'],
  ['10.1.2.3/8', '10.0.0.0/8'],
  ['255.255.255.255/1', '128.0.0.0/1'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['::ffff:10.1.2.3', '10.1.2.3/32'],
  ['::FFFF:0a01:203/104', '10.0.0.0/8'],
  ['::10.0.0.1', '::a00:1/128'],
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1/128'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1/128'],
  ['2001:db8::1/32', '2001:db8::/32'],
  ['::', '::/128'],
  ['1::', '1::/128'],
])('%s is %s', (text, expected) => {
  expect(canonical(text)).toBe(expected);
});

test('an IPv4-mapped client is judged as the IPv4 client it is, by IPv4 ranges only', () => {
  const four = compileRanges([{ id: '4', range: '10.0.0.0/8', label: '' }]);
  expect(four.match('::ffff:10.9.9.9')?.id).toBe('4');
  expect(four.match('::ffff:a09:909')?.id).toBe('4');
  const six = compileRanges([{ id: '6', range: '::/0', label: '' }]);
  expect(six.match('2001:db8::1')?.id).toBe('6');
  expect(six.match('::ffff:10.9.9.9')).toBeNull();
  expect(six.match('10.9.9.9')).toBeNull();
});

test('what is not an address matches nothing, not even everything', () => {
  const all = compileRanges([
    { id: '4', range: '0.0.0.0/0', label: '' },
    { id: '6', range: '::/0', label: '' },
  ]);
  for (const text of ['', 'unix', '010.0.0.1', 'fe80::1%eth0', '10.0.0.1 '])
    expect(all.match(text)).toBeNull();
});

test('a rule that cannot be read is an error, never left out', () => {
  expect(() => compileRanges([{ id: 'broken', range: '10.0.0.0/99', label: '' }])).toThrow(/broken/);
});
