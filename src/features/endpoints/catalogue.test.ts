import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fault } from '../../base/faults.ts';
import { catalogueOf } from './catalogue.ts';

const documentOf = (...operations: string[]) => {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const [method = '', path = ''] = operation.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: { operationId: operation, tags: ['t'] } };
  }
  return { openapi: '3.1.0', paths };
};
const shifts = catalogueOf(
  documentOf(
    'GET /v1/shifts',
    'POST /v1/shifts',
    'GET /v1/shifts/{id}',
    'DELETE /v1/shifts/{id}',
    'GET /v1/shifts/mine',
    'GET /v1/shifts/{shift}/notes/{note}',
    'GET /v1/export/{name}.csv',
  ),
);

const operationAt = (method: string, path: string) => {
  const match = shifts.match(method, path);
  return match.kind === 'found' ? match.endpoint.operation : match.kind;
};

test('the most literal template is found, whatever else the path would fit', () => {
  expect(operationAt('GET', '/v1/shifts/mine')).toBe('GET /v1/shifts/mine');
  expect(operationAt('GET', '/v1/shifts/other')).toBe('GET /v1/shifts/{id}');
  expect(operationAt('GET', '/v1/shifts/mine/notes/1')).toBe('GET /v1/shifts/{shift}/notes/{note}');
});

test('parameters are given decoded, under the names of their own template', () => {
  expect(shifts.match('GET', '/v1/shifts/a%20b/notes/2')).toMatchObject({
    params: { shift: 'a b', note: '2' },
  });
  expect(shifts.match('GET', '/v1/export/june.2026.csv')).toMatchObject({ params: { name: 'june.2026' } });
});

test('HEAD counts as GET, and an unknown method is told which there are', () => {
  expect(operationAt('HEAD', '/v1/shifts')).toBe('GET /v1/shifts');
  expect(shifts.match('PUT', '/v1/shifts')).toEqual({ kind: 'method', allow: ['GET', 'HEAD', 'POST'] });
  expect(shifts.match('get', '/v1/shifts')).toMatchObject({ kind: 'method' });
});

test.each([
  '/v1/shifts/',
  '/v1//shifts',
  '/v1',
  '/',
  '',
  '*',
  '/V1/shifts',
  '/v1/shifts/..',
  '/v1/shifts/%2e%2e',
  '/v1/shifts/a%2Fb',
  '/v1/shifts/a%5Cb',
  '/v1/shifts/%',
  '/v1/shifts/%00',
  '/v1/export/.csv',
])('"%s" is no endpoint', (path) => {
  expect(operationAt('GET', path)).toBe('unknown');
});

test('a literal segment is compared decoded, as an upstream would read it', () => {
  expect(operationAt('GET', '/v1/%73hifts')).toBe('GET /v1/shifts');
});

test('every concrete path of a template finds that template or a more literal one', () => {
  const word = fc.stringMatching(/^[a-z0-9-]{1,8}$/);
  const templates = fc.uniqueArray(
    fc
      .array(fc.oneof(word, fc.constant('{p}')), { minLength: 1, maxLength: 4 })
      .map((s) => `/${s.join('/')}`),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(templates, fc.gen(), (paths, gen) => {
      const catalogue = catalogueOf(documentOf(...paths.map((path) => `GET ${path}`)));
      for (const path of paths) {
        const concrete = path.replaceAll('{p}', () => gen(() => word));
        const match = catalogue.match('GET', concrete);
        if (match.kind !== 'found') throw new Error(`${concrete} was not found`);
        const pattern = new RegExp(`^${match.endpoint.path.replaceAll('{p}', '[^/]+')}$`);
        expect(concrete).toMatch(pattern);
      }
    }),
  );
});

test.each([
  [null, 'not a JSON object'],
  [{ swagger: '2.0', paths: {} }, 'version 3.x'],
  [{ openapi: '3.1.0' }, '"paths"'],
  [{ openapi: '3.1.0', paths: {} }, 'no operation'],
  [{ openapi: '3.1.0', paths: { '/a': { $ref: 'other.json' } } }, 'reference'],
  [documentOf('GET /a/{x}', 'GET /a/{y}'), 'are the same'],
  [{ openapi: '3.0.3', paths: { '/a': { get: { operationId: 'x' }, put: { operationId: 'x' } } } }, 'twice'],
])('a document that cannot be a catalogue is refused and says why (%#)', (document, detail) => {
  const read = () => catalogueOf(document);
  expect(read).toThrow(Fault);
  expect(read).toThrow(detail);
});

test('an operation without an id or a tag is listed all the same', () => {
  const { endpoints, tags } = catalogueOf({ openapi: '3.0.0', paths: { '/a': { post: {} } } });
  expect(endpoints).toEqual([
    { operation: 'POST /a', method: 'POST', path: '/a', tag: 'untagged', summary: '', writes: true },
  ]);
  expect(tags).toEqual(['untagged']);
});
