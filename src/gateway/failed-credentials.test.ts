import { expect, test } from 'vitest';
import { countFailedCredentials } from './failed-credentials.ts';

/** Counts as many failures of `address` as are answered with their reason; the next one would have to wait. */
function useUp(failed: ReturnType<typeof countFailedCredentials>, address: string): number {
  let counted = 0;
  while (counted < 1_000 && failed.count(address, 0) === 0) counted++;
  return counted;
}

test('CVE-2026-30827 (express-rate-limit put all ::ffff: clients into one /56): each IPv4 client has its own count', () => {
  const failed = countFailedCredentials();
  expect(useUp(failed, '::ffff:203.0.113.1')).toBe(100);
  expect(failed.count('::ffff:203.0.113.2', 0)).toBe(0);
  expect(failed.count('203.0.113.3', 0)).toBe(0);
});

test('the forms of one IPv4 client share its count', () => {
  const failed = countFailedCredentials();
  expect(useUp(failed, '203.0.113.1')).toBe(100);
  expect(failed.count('::ffff:203.0.113.1', 0)).toBeGreaterThan(0);
  expect(failed.count('::ffff:cb00:7101', 0)).toBeGreaterThan(0);
});

test('the addresses of one IPv6 /64 share a count, those of its neighbour do not; a dotted end changes nothing', () => {
  const failed = countFailedCredentials();
  expect(useUp(failed, '2001:db8:1:2::1')).toBe(100);
  expect(failed.count('2001:db8:1:2:ffff::9', 0)).toBeGreaterThan(0);
  expect(failed.count('2001:db8:1:2::203.0.113.7', 0)).toBeGreaterThan(0);
  expect(failed.count('2001:db8:1:3::1', 0)).toBe(0);
});
