import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileRanges } from './ranges.ts';
import { clientBehind } from './trusted-proxies.ts';

const proxies = (...ranges: string[]) =>
  compileRanges(ranges.map((range) => ({ id: range, range, label: '' })));
const trusted = proxies('10.0.0.0/8', '2001:db8:aaaa::/48');

test.each([
  ['nobody is trusted', proxies(), '10.0.0.1', '198.51.100.7', '10.0.0.1'],
  ['the peer is no trusted proxy', trusted, '203.0.113.9', '198.51.100.7', '203.0.113.9'],
  ['a trusted peer names the client', trusted, '10.0.0.1', '198.51.100.7', '198.51.100.7'],
  ['no header', trusted, '10.0.0.1', null, '10.0.0.1'],
  ['the client wrote a header of its own', trusted, '10.0.0.1', '10.9.9.9, 198.51.100.7', '198.51.100.7'],
  ['two proxies', trusted, '10.0.0.1', '6.6.6.6, 198.51.100.7, 10.0.0.2', '198.51.100.7'],
  ['only proxies', trusted, '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ['tabs and blanks', trusted, '10.0.0.1', '6.6.6.6 ,\t 198.51.100.7 ', '198.51.100.7'],
  ['a port', trusted, '10.0.0.1', '198.51.100.7:51234', '198.51.100.7'],
  ['brackets and a port', trusted, '10.0.0.1', '[2001:db8::1]:443', '2001:db8::1'],
  ['brackets alone', trusted, '10.0.0.1', '[2001:db8::1]', '2001:db8::1'],
  ['a bare IPv6 address', trusted, '10.0.0.1', '2001:DB8:0::1', '2001:db8::1'],
  ['an IPv4-mapped client', trusted, '10.0.0.1', '::ffff:198.51.100.7', '198.51.100.7'],
  ['an IPv4-mapped client with a port', trusted, '10.0.0.1', '[::ffff:198.51.100.7]:80', '198.51.100.7'],
  ['an IPv6 proxy', trusted, '2001:db8:aaaa::1', '198.51.100.7', '198.51.100.7'],
])('the client where %s', (_, ranges, peer, header, expected) => {
  expect(clientBehind(ranges, peer, header)).toBe(expected);
});

test.each([
  'unknown',
  '_hidden',
  'localhost',
  '',
  ' ',
  '010.0.0.1',
  '198.51.100.7:',
  '198.51.100.7:123456',
  '198.51.100.7:8o',
  '[198.51.100.7]:80',
  '[2001:db8::1',
  '2001:db8::1]',
  '[]',
  'fe80::1%eth0',
  '[fe80::1%eth0]:1',
  '"198.51.100.7"',
  'for=198.51.100.7',
  '198.51.100.7 10.0.0.1',
  '0x0a000001',
  '[[::1]]',
  '198.51.100.0/24',
])(
  'an entry that is no address (%j) ends the walk: the last trusted proxy decides, not what stands left of it',
  (entry) => {
    expect(clientBehind(trusted, '10.0.0.1', `6.6.6.6, ${entry}`)).toBe('10.0.0.1');
    expect(clientBehind(trusted, '10.0.0.1', `6.6.6.6, ${entry}, 10.0.0.2`)).toBe('10.0.0.2');
    expect(clientBehind(trusted, '10.0.0.1', `${entry}, 198.51.100.7`)).toBe('198.51.100.7');
  },
);

const proxy = fc.oneof(
  fc.nat(0xffffff).map((n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`),
  fc.nat(0xfffe).map((n) => `2001:db8:aaaa::${(n + 1).toString(16)}`),
);
const stranger = fc.oneof(
  fc.nat(0xffff).map((n) => `198.51.${n >> 8}.${n & 255}`),
  fc.nat(0xfffe).map((n) => `2001:db8:bbbb::${(n + 1).toString(16)}`),
);
const written = (address: string, how: number): string => {
  if (how === 0) return address;
  return address.includes(':') ? `[${address}]:${how}` : `${address}:${how}`;
};

test('whatever a client writes, it is who connected to the first trusted proxy in the chain', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(fc.oneof(proxy, stranger, fc.string())).map((list) => list.join(', ')),
      ),
      stranger,
      fc.array(proxy, { minLength: 1, maxLength: 5 }),
      fc.nat(65_535),
      (spoofed, client, chain, port) => {
        // Each proxy appends who connected to it; the last is who connects to us.
        const [peer = '', ...before] = chain;
        const appended = [client, ...before.toReversed()].map((address) => written(address, port));
        expect(clientBehind(trusted, peer, [spoofed, ...appended].join(', '))).toBe(client);
        // And without a trusted proxy before us nothing that it writes counts.
        expect(clientBehind(trusted, client, [spoofed, ...appended].join(','))).toBe(client);
      },
    ),
    { numRuns: 1_000 },
  );
});
