import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { testFolder } from '../../../tests/support/instance.ts';
import { Fault } from '../../base/faults.ts';
import { placeOfFile } from '../../db/place.ts';
import { keyFrom, makeKeyText } from './key.ts';
import { addKey, createKeyRing, hasKeys, MOST_KEYS, readKeyRing, removeKey } from './key-ring.ts';

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
  const made = createKeyRing(placeOfFile(file)).current;
  const opened = readKeyRing(placeOfFile(file)).current;
  expect(statSync(placeOfFile(file).keyFile).mode & 0o777).toBe(0o600);
  expect(opened.id).toBe(made.id);
  expect(opened.hash('shf_x')).toEqual(made.hash('shf_x'));
  expect(made.hash('shf_x')).toHaveLength(32);
});

test('creating a key where there is one gives that one and leaves nothing else behind', () => {
  const file = join(testFolder(), 'a.db');
  const first = createKeyRing(placeOfFile(file)).current;
  const text = readFileSync(placeOfFile(file).keyFile);
  expect(createKeyRing(placeOfFile(file)).current.id).toBe(first.id);
  expect(readFileSync(placeOfFile(file).keyFile)).toEqual(text);
});

test('two keys differ, in their id and in what they hash', () => {
  const folder = testFolder();
  const a = createKeyRing(placeOfFile(join(folder, 'a.db'))).current;
  const b = createKeyRing(placeOfFile(join(folder, 'b.db'))).current;
  expect(a.id).not.toBe(b.id);
  expect(a.hash('shf_x')).not.toEqual(b.hash('shf_x'));
});

test('a missing key is key.missing, and what is not a key is key.invalid', () => {
  const file = join(testFolder(), 'a.db');
  expect(faultOf(() => readKeyRing(placeOfFile(file)))).toBe('key.missing');
  writeFileSync(placeOfFile(file).keyFile, 'ghk1_tooshort\n');
  expect(faultOf(() => readKeyRing(placeOfFile(file)))).toBe('key.invalid');
});

test('the environment’s key goes before the file’s, and nothing is written then', () => {
  const folder = testFolder();
  const file = join(folder, 'a.db');
  const key = createKeyRing(placeOfFile(file)).current;
  vi.stubEnv('GATEHOUSE_KEY', readFileSync(placeOfFile(file).keyFile, 'latin1'));
  rmSync(placeOfFile(file).keyFile);
  expect(readKeyRing(placeOfFile(file)).current.id).toBe(key.id);
  expect(createKeyRing(placeOfFile(join(folder, 'b.db'))).current.id).toBe(key.id);
  expect(statSync(placeOfFile(join(folder, 'b.db')).keyFile, { throwIfNoEntry: false })).toBeUndefined();
  vi.stubEnv('GATEHOUSE_KEY', 'nonsense');
  expect(faultOf(() => readKeyRing(placeOfFile(file)))).toBe('key.invalid');
});

test('a new key becomes the current one, the others still verify, and one that is taken out does not', () => {
  const file = join(testFolder(), 'a.db');
  const first = createKeyRing(placeOfFile(file)).current;
  const second = addKey(placeOfFile(file)).current;
  expect(readKeyRing(placeOfFile(file)).keys.map((key) => key.id)).toEqual([second.id, first.id]);
  expect(readKeyRing(placeOfFile(file)).keys[1]?.hash('shf_x')).toEqual(first.hash('shf_x'));
  expect(statSync(placeOfFile(file).keyFile).mode & 0o777).toBe(0o600);
  expect(removeKey(placeOfFile(file), first.id).keys.map((key) => key.id)).toEqual([second.id]);
});

test('the file says each key’s id, takes keys without one as well, and refuses one with another’s', () => {
  const file = join(testFolder(), 'a.db');
  const { current } = createKeyRing(placeOfFile(file));
  const [line = ''] = readFileSync(placeOfFile(file).keyFile, 'latin1').split('\n');
  expect(line.endsWith(` ${current.id}`)).toBe(true);
  const other = makeKeyText();
  writeFileSync(placeOfFile(file).keyFile, `${other}\n${line}\n`);
  expect(readKeyRing(placeOfFile(file)).keys[1]?.id).toBe(current.id);
  writeFileSync(placeOfFile(file).keyFile, `${other} ${current.id}\n${line}\n`);
  expect(faultOf(() => readKeyRing(placeOfFile(file)))).toBe('key.invalid');
  writeFileSync(placeOfFile(file).keyFile, `${line}\n${line}\n`);
  expect(faultOf(() => readKeyRing(placeOfFile(file)))).toBe('key.invalid');
});

test(`a ring has at most ${MOST_KEYS} keys, and one in the environment is not ours to change`, () => {
  const file = join(testFolder(), 'a.db');
  createKeyRing(placeOfFile(file));
  for (let keys = 1; keys < MOST_KEYS; keys++) addKey(placeOfFile(file));
  expect(faultOf(() => addKey(placeOfFile(file)))).toBe('key.many');
  vi.stubEnv('GATEHOUSE_KEY', `${makeKeyText()} ${makeKeyText()}`);
  expect(readKeyRing(placeOfFile(file))).toMatchObject({ source: 'environment', keys: [{}, {}] });
  expect(faultOf(() => addKey(placeOfFile(file)))).toBe('key.environment');
});

test('keys that are in memory alone go before all others, and cannot be changed here', () => {
  const [fresh, old] = [makeKeyText(), makeKeyText()];
  vi.stubEnv('GATEHOUSE_KEY', makeKeyText());
  const source = { keyFile: null, keyText: `${fresh}\n${old}\n` };
  const ring = readKeyRing(source);
  expect(ring.source).toBe('memory');
  expect(ring.keys.map(({ id }) => id)).toEqual([keyFrom(fresh)?.id, keyFrom(old)?.id]);
  expect(hasKeys(source)).toBe(true);
  for (const change of [() => addKey(source), () => removeKey(source, ring.current.id)])
    expect(faultOf(change)).toBe('key.elsewhere');
  expect(faultOf(() => readKeyRing({ keyFile: null, keyText: 'nonsense' }))).toBe('key.invalid');
});
