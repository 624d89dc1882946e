import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** docs/hardening.md says where each item of Electron's checklist is answered and tried; it has to stay true. */
const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const text = read('docs/hardening.md');

/** A named file, and the texts that are said to be in it. */
interface Reference {
  file: string;
  says: string[];
}

/** `file` `text` `text` · `file` `text` */
const references = (cell: string): Reference[] =>
  cell.split(' · ').map((part) => {
    const [file = '', ...says] = [...part.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    return { file, says };
  });

const rows = [...text.matchAll(/^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \|$/gm)].map(
  ([, number, item, answered = '', tried = '']) => ({
    number: Number(number),
    item,
    answered: references(answered),
    tried: references(tried),
  }),
);

test('every one of the twenty items has its line', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
});

describe.each(rows)('$number. $item', ({ answered, tried }) => {
  test('is answered by code that is there', () => {
    for (const { file, says } of answered) {
      expect(existsSync(join(root, file)), file).toBe(true);
      expect(says.length, file).toBeGreaterThan(0);
      for (const line of says) expect(read(file)).toContain(line);
    }
  });

  test('is tried by tests that are there', () => {
    for (const { file, says } of tried) {
      expect(file).toMatch(/\.test\.ts$/);
      expect(says.length, file).toBeGreaterThan(0);
      // As a title, or as a case of one.
      for (const title of says) expect(read(file)).toMatch(quoted(title));
    }
  });
});

const quoted = (title: string) => new RegExp(`(['"])${title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\1`);

test('names the Electron that is locked', () => {
  const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { version: string }> };
  expect(text).toContain(`Locked at Electron ${lock.packages['node_modules/electron']?.version}.`);
});
