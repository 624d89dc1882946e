import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDocument } from './read-document.ts';
import { readEndpoints } from './read-endpoints.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openapi-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const yaml = `openapi: 3.1.0
x-shared: &shared
  get: { operationId: one, tags: [t] }
paths:
  /one: *shared
  /two:
    $ref: '#/components/pathItems/Two'
    summary: beside
  /three:
    $ref: parts/three.yaml#/item
components:
  pathItems:
    Two:
      get: { responses: { 200: { description: OK } } }
`;

test('YAML and JSON are the same catalogue, references and files beside the document followed', () => {
  writeFileSync(join(folder, 'three.json'), '{"item":{"put":{"operationId":"three"}}}');
  const text = yaml.replace('parts/three.yaml', 'three.json');
  const file = write('a.yaml', text);
  const document = readDocument(file);
  const json = write('a.json', JSON.stringify(document));
  const { endpoints } = readEndpoints(document, file);
  expect(endpoints.map(({ operation }) => operation)).toEqual(['one', 'GET /two', 'three']);
  expect(readEndpoints(readDocument(json), json).endpoints).toEqual(endpoints);
});

test.each([
  ['bad.json', '{\n"openapi": "3.1.0",\n}', 'it is not JSON (at line 3)'],
  ['bad.yaml', 'openapi: 3.1.0\npaths:\n  - a\n b: 1\n', 'at line 4'],
  ['twice.yaml', 'a: 1\nb: 2\na: 3\n', 'the key "a" is there twice (at line 3)'],
  ['alias.yaml', 'a: 1\nb: *c\n', 'at line 2'],
  ['latin1.yaml', Uint8Array.of(0x61, 0x3a, 0x20, 0xe4), 'not UTF-8'],
])('%s is refused with the place of the mistake', (name, text, detail) => {
  expect(() => readDocument(write(name, text))).toThrow(detail);
});

test('what is no file is refused, and says so', () => {
  expect(() => readDocument(join(folder, 'none.json'))).toThrow('does not exist');
  expect(() => readDocument(folder)).toThrow('is a folder');
});

test('aliases of aliases cost no more than they are long', () => {
  const lines = ['a0: &a0 [x, x]'];
  for (let n = 1; n < 60; n++) lines.push(`a${n}: &a${n} [*a${n - 1}, *a${n - 1}]`);
  const document = readDocument(write('bomb.yaml', lines.join('\n'))) as Record<string, unknown[]>;
  expect(document.a59?.[0]).toBe(document.a58);
});
