import { expect, test } from 'vitest';
import { IpRules } from './judge-address.ts';
import { parseAddress, parseRange } from './ranges.ts';

/** Flaws that other IP libraries and gateways had, each by the name it was published under. */

const allowing = (...ranges: string[]) =>
  new IpRules(ranges.map((range) => ({ id: range, range, label: '', tokenIds: null })));
const isLetIn = (address: string, ...ranges: string[]) => allowing(...ranges).judge(address).allowed;

test('CVE-2021-28918 (netmask read 0177.0.0.1 as 177.0.0.1): an octal part is refused, never read as decimal', () => {
  for (const octal of ['0177.0.0.1', '010.0.0.1', '10.0.0.010', '192.168.00.1', '012.0.0.1']) {
    expect(parseAddress(octal).ok).toBe(false);
    expect(parseRange(octal).ok).toBe(false);
    expect(parseRange(`${octal}/8`).ok).toBe(false);
    expect(parseAddress(`::ffff:${octal}`).ok).toBe(false);
    expect(isLetIn(octal, '0.0.0.0/0', '::/0')).toBe(false);
  }
});

test('CVE-2023-42282 (node-ip called 0x7f.1 public): hexadecimal and short forms are no addresses', () => {
  for (const odd of [
    '0x7f.1',
    '0x7f000001',
    '0x7F.0x0.0x0.0x1',
    '2130706433',
    '127.1',
    '127.0.1',
    '0x7f.0.0.1',
  ]) {
    expect(parseAddress(odd).ok).toBe(false);
    expect(parseRange(odd).ok).toBe(false);
    expect(isLetIn(odd, '0.0.0.0/0', '::/0')).toBe(false);
  }
});

test('CVE-2024-29415 (node-ip after its first fix): each of its forms is refused, or is the address that it means', () => {
  for (const odd of [
    '127.1',
    '01200034567',
    '012.1.2.3',
    '::fFFf:127.1',
    '::ffff:0177.0.0.1',
    '::ffff:0x7f.0.0.1',
  ]) {
    expect(parseAddress(odd).ok).toBe(false);
    expect(isLetIn(odd, '0.0.0.0/0', '::/0')).toBe(false);
  }
  expect(parseAddress('000:0:0000::01')).toMatchObject({ ok: true, canonical: '::1' });
  expect(parseAddress('::fFFf:127.0.0.1')).toMatchObject({ ok: true, canonical: '127.0.0.1' });
  expect(isLetIn('000:0:0000::01', '::1')).toBe(true);
  expect(isLetIn('::fFFf:127.0.0.1', '127.0.0.0/8')).toBe(true);
  expect(isLetIn('::fFFf:127.0.0.1', '::/0')).toBe(false);
});

test('CVE-2026-39409 (Hono ipRestriction): an IPv4-mapped client is judged by the IPv4 ranges, however it is written', () => {
  for (const written of [
    '::ffff:127.0.0.1',
    '::FFFF:7f00:1',
    '0:0:0:0:0:ffff:7f00:0001',
    '::ffff:127.0.0.1',
  ]) {
    expect(isLetIn(written, '127.0.0.1')).toBe(true);
    expect(isLetIn(written, '127.0.0.0/8')).toBe(true);
    expect(isLetIn(written, '128.0.0.0/8', '::/0')).toBe(false);
  }
  // And a range written so is the IPv4 range.
  expect(isLetIn('10.1.2.3', '::ffff:10.0.0.0/104')).toBe(true);
  expect(isLetIn('11.1.2.3', '::ffff:10.0.0.0/104')).toBe(false);
});

test('an IPv4-compatible address (::10.0.0.1) is the IPv6 address that it is, not the IPv4 one at its end', () => {
  expect(isLetIn('::10.0.0.1', '10.0.0.1')).toBe(false);
  expect(isLetIn('::10.0.0.1', '::a00:1')).toBe(true);
  expect(isLetIn('64:ff9b::10.0.0.1', '10.0.0.0/8')).toBe(false);
});
