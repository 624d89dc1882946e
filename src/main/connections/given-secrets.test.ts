import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder } from '../../../tests/support/instance.ts';
import { Fault } from '../../base/faults.ts';
import { makeKeyText } from '../../features/tokens/key.ts';
import type { GivenSecrets, Target } from './contract.ts';
import { readGivenSecrets } from './given-secrets.ts';

const database: Target = {
  kind: 'database',
  host: 'db.example',
  port: 5_432,
  database: 'gatehouse',
  user: 'console',
  tls: 'verified',
  account: 'ada',
};
const refusedWith = (given: GivenSecrets, target: Target = database): string => {
  try {
    readGivenSecrets(target, given, new Set());
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown.code;
    throw thrown;
  }
  return 'none';
};

test('what is named is kept, what is null goes, what is not named stays', () => {
  const text = makeKeyText();
  expect(readGivenSecrets(database, {}, new Set())).toEqual({});
  expect(
    readGivenSecrets(database, { password: 'hunter22', key: { from: 'text', text } }, new Set()),
  ).toEqual({ password: 'hunter22', key: text });
  expect(readGivenSecrets(database, { password: null, key: null }, new Set())).toEqual({
    password: null,
    key: null,
  });
});

test('a key is read from a file that was picked in the dialog, and from no other', () => {
  const path = join(testFolder(), 'instance.key');
  const text = `${makeKeyText()}\n${makeKeyText()}\n`;
  writeFileSync(path, text);
  expect(readGivenSecrets(database, { key: { from: 'file', path } }, new Set([path]))).toEqual({ key: text });
  expect(refusedWith({ key: { from: 'file', path } })).toBe('input.invalid');
});

test('what is no key is refused, and so are secrets that nobody needs', () => {
  expect(refusedWith({ key: { from: 'text', text: 'ghk1_short' } })).toBe('key.invalid');
  expect(refusedWith({ password: 'hunter22' }, { kind: 'local', file: '/a.db' })).toBe('input.invalid');
  expect(refusedWith({}, { kind: 'local', file: '/a.db' })).toBe('none');
});
