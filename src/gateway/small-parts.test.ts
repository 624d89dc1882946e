import { expect, test } from 'vitest';
import { networkOf } from '../features/ip-rules/network.ts';
import { clientAddress } from './client-address.ts';
import { countFailedCredentials } from './failed-credentials.ts';

test('a client’s address is that of IPv4 where it is one, and has no zone', () => {
  expect(clientAddress('::ffff:10.0.0.1')).toBe('10.0.0.1');
  expect(clientAddress('fe80::1%eth0')).toBe('fe80::1');
  expect(clientAddress('2001:db8::1')).toBe('2001:db8::1');
  expect(clientAddress(undefined)).toBe('');
});

test('failed credentials are counted by IPv4 address or IPv6 /64', () => {
  expect(networkOf('10.0.0.1')).not.toBe(networkOf('10.0.0.2'));
  expect(networkOf('2001:db8::1')).toBe(networkOf('2001:db8::ffff:1'));
  expect(networkOf('2001:db8:0:1::1')).not.toBe(networkOf('2001:db8::1'));
});

test('100 failures a minute are let by, more are told how long to wait, and truthfully', () => {
  const failed = countFailedCredentials();
  for (let i = 0; i < 100; i++) expect(failed.count('10.0.0.1', i)).toBe(0);
  const wait = failed.count('10.0.0.1', 200);
  expect(wait).toBeGreaterThan(0);
  expect(failed.count('10.0.0.2', 200)).toBe(0);
  expect(failed.count('10.0.0.1', 200 + wait * 1_000)).toBe(0);
});

test('networks that no longer fail are forgotten, and their number is bounded', () => {
  const failed = countFailedCredentials();
  for (let i = 0; i < 25_000; i++) failed.count(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, 0);
  expect(failed.size).toBe(20_000);
  failed.sweep(120_000);
  expect(failed.size).toBe(0);
});
