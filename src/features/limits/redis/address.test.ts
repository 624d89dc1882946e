import { expect, test } from 'vitest';
import { redisAddressFault } from './address.ts';

test.each([
  'redis://127.0.0.1:6379',
  'rediss://limits.example.org',
  'redis://:p%40ss@[::1]:6379/3',
  'redis://gatehouse:secret@redis/',
])('%s is the address of a server', (address) => {
  expect(redisAddressFault(address)).toBeNull();
});

test.each([
  '',
  'localhost:6379',
  'http://redis',
  'redis://',
  'redis:///0',
  'redis://h/name',
  'redis://h/0?db=1',
])('"%s" is none', (address) => {
  expect(redisAddressFault(address)).not.toBeNull();
});

test('what is wrong with one is said without its password', () => {
  expect(redisAddressFault('redis://gatehouse:hush@redis/name')).not.toContain('hush');
});
