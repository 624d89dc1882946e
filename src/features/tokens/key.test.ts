import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { testFolder } from '../../../tests/support/instance.ts';
import { Fault } from '../../base/faults.ts';
import { createKey, keyFileOf, openKey } from './key.ts';

afterEach(() => vi.unstubAllEnvs());

const faultOf = (work: () => unknown): string => {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown.code;
    throw thrown;
  }
  return 'none';
};

test('a created key is the owner’s alone, and opening it gives the same key', () => {
  const file = join(testFolder(), 'a.db');
  const made = createKey(file);
  const opened = openKey(file);
  expect(statSync(keyFileOf(file)).mode & 0o777).toBe(0o600);
  expect(opened.id).toBe(made.id);
  expect(opened.hash('shf_x')).toEqual(made.hash('shf_x'));
  expect(made.hash('shf_x')).toHaveLength(32);
});

test('creating a key where there is one gives that one and leaves nothing else behind', () => {
  const file = join(testFolder(), 'a.db');
  const first = createKey(file);
  const text = readFileSync(keyFileOf(file));
  expect(createKey(file).id).toBe(first.id);
  expect(readFileSync(keyFileOf(file))).toEqual(text);
});

test('two keys differ, in their id and in what they hash', () => {
  const folder = testFolder();
  const a = createKey(join(folder, 'a.db'));
  const b = createKey(join(folder, 'b.db'));
  expect(a.id).not.toBe(b.id);
  expect(a.hash('shf_x')).not.toEqual(b.hash('shf_x'));
});

test('a missing key is key.missing, and what is not a key is key.invalid', () => {
  const file = join(testFolder(), 'a.db');
  expect(faultOf(() => openKey(file))).toBe('key.missing');
  writeFileSync(keyFileOf(file), 'ghk1_tooshort\n');
  expect(faultOf(() => openKey(file))).toBe('key.invalid');
});

test('the environment’s key goes before the file’s, and nothing is written then', () => {
  const folder = testFolder();
  const file = join(folder, 'a.db');
  const key = createKey(file);
  vi.stubEnv('GATEHOUSE_KEY', readFileSync(keyFileOf(file), 'latin1'));
  rmSync(keyFileOf(file));
  expect(openKey(file).id).toBe(key.id);
  expect(createKey(join(folder, 'b.db')).id).toBe(key.id);
  expect(statSync(keyFileOf(join(folder, 'b.db')), { throwIfNoEntry: false })).toBeUndefined();
  vi.stubEnv('GATEHOUSE_KEY', 'nonsense');
  expect(faultOf(() => openKey(file))).toBe('key.invalid');
});
