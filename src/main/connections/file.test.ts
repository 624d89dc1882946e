import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type KeptConnections, NONE, readConnections, writeConnections } from './file.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-connections-'));
const path = join(folder, 'connections.json');
afterEach(() => rmSync(path, { force: true }));

const id = '0190f3c0-0000-7000-8000-000000000001';
const some: KeptConnections = {
  current: id,
  items: [
    {
      id,
      name: 'Head office',
      colour: 'red',
      isProtected: true,
      target: { kind: 'local', file: '/a/b.db' },
      isMade: true,
    },
  ],
};

test('what is written is read again, by its owner alone', () => {
  writeConnections(path, some);
  expect(readConnections(path, expect.fail)).toEqual(some);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('there are none before the first is written', () => {
  expect(readConnections(path, expect.fail)).toEqual(NONE);
});

test.each(['', '{', '[]', '{"current":null,"items":[{"name":1}]}'])(
  'a file that is not ours (%s) is put aside, not overwritten, and that is told',
  (text) => {
    writeFileSync(path, text);
    const told: string[] = [];
    expect(readConnections(path, (detail) => told.push(detail))).toEqual(NONE);
    expect(told).toHaveLength(1);
    expect(existsSync(path)).toBe(false);
    expect(readFileSync(`${path}.damaged`, 'utf8')).toBe(text);
  },
);
