import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fault } from '../../base/faults.ts';
import { catalogueOf } from './catalogue.ts';
import { mixedSegment } from './mixed-segment.ts';

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
  '/v1/shifts/..;x=1',
  '/v1/shifts/%2e%2e;',
  '/v1/shifts/%252e%252e',
  '/v1/shifts/a%252fb',
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
  [null, 'not a JSON object', '#'],
  [{ swagger: '2.0', paths: {} }, 'Swagger 2.0', '#/swagger'],
  [{ openapi: '2.5', paths: {} }, 'version 3.x', '#/openapi'],
  [{ openapi: '3.1.0' }, '"paths"', '#/paths'],
  [{ openapi: '3.1.0', paths: {} }, 'no operation', '#/paths'],
  [{ openapi: '3.1.0', paths: { a: {} } }, 'slash', '#/paths/a'],
  [{ openapi: '3.1.0', paths: { '/a?b=c': {} } }, 'no "?"', '#/paths/~1a?b=c'],
  [{ openapi: '3.1.0', paths: { '/a': [] } }, 'not an object', '#/paths/~1a'],
  [{ openapi: '3.1.0', paths: { '/a/b': { get: 1 } } }, 'not an object', '#/paths/~1a~1b/get'],
  [{ openapi: '3.1.0', paths: { '/a': { $ref: 'other.json' } } }, 'does not exist', '#/paths/~1a'],
  [{ openapi: '3.1.0', paths: { '/a': { $ref: 'https://x/y' } } }, 'not a local file', '#/paths/~1a'],
  [{ openapi: '3.1.0', paths: { '/a': { $ref: '#/x' } } }, 'leads nowhere', '#/paths/~1a'],
  [{ openapi: '3.1.0', paths: { '/a': { $ref: '#/paths/~1a' } } }, 'circle', '#/paths/~1a'],
  [{ openapi: '3.1.0', paths: { '/a': { get: {} } }, servers: [{}] }, '"url"', '#/servers/0'],
  [{ openapi: '3.1.0', paths: { '/a': { get: {} } }, servers: [{ url: '/{v}' }] }, '{v}', '#/servers/0'],
  [documentOf('GET /a/{x}', 'GET /a/{y}'), 'are the same', '/a/{y}'],
  [documentOf('GET /a/{x}.{y}', 'GET /a/{y}.{x}'), 'are the same', '/a/{y}.{x}'],
  [
    { openapi: '3.0.3', paths: { '/a': { get: { operationId: 'x' }, put: { operationId: 'x' } } } },
    'twice',
    '#/paths/~1a/put',
  ],
])(
  'a document that cannot be a catalogue is refused and says why and where (%#)',
  (document, detail, place) => {
    const read = () => catalogueOf(document);
    expect(read).toThrow(Fault);
    expect(read).toThrow(detail);
    expect(read).toThrow(`(at ${place})`);
  },
);

test('an operation without an id or a tag has a name that stays', () => {
  const { endpoints, tags } = catalogueOf({
    openapi: '3.0.0',
    paths: { '/v1/a/{id}': { post: {} }, '/{x}': { get: {} } },
  });
  expect(endpoints).toEqual([
    {
      operation: 'POST /v1/a/{id}',
      method: 'POST',
      path: '/v1/a/{id}',
      tag: 'a',
      summary: '',
      writes: true,
    },
    { operation: 'GET /{x}', method: 'GET', path: '/{x}', tag: 'untagged', summary: '', writes: false },
  ]);
  expect(tags).toEqual(['a', 'untagged']);
});

test('the base path of the nearest first server stands before the templates', () => {
  const { endpoints } = catalogueOf({
    openapi: '3.0.0',
    servers: [{ url: 'https://{host}/{v}/', variables: { host: { default: 'h' }, v: { default: 'v2' } } }],
    paths: {
      '/a': { get: {} },
      '/b': { servers: [{ url: '/other' }], get: {}, put: { servers: [{ url: 'https://up.example.org' }] } },
    },
  });
  expect(endpoints.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /v2/a',
    'GET /other/b',
    'PUT /b',
  ]);
});

test('variants of an operation that only differ in a fragment are that operation', () => {
  const { endpoints } = catalogueOf(documentOf('PUT /f/{id}#lock', 'PUT /f/{id}', 'POST /f/{id}#lock'));
  expect(endpoints.map(({ operation }) => operation)).toEqual(['PUT /f/{id}', 'POST /f/{id}#lock']);
  expect(endpoints.map(({ path }) => path)).toEqual(['/f/{id}', '/f/{id}']);
});

test('several parameters in a segment, the most literal template first, in linear time', () => {
  const catalogue = catalogueOf(
    documentOf('GET /d/{a}-{b}', 'GET /d/{a}.{b}', 'GET /d/{a}.tar.{b}', 'GET /d/{a}-{b}-{c}.json'),
  );
  const at = (path: string) => catalogue.match('GET', path);
  expect(at('/d/x-y-z')).toMatchObject({
    endpoint: { path: '/d/{a}-{b}' },
    params: { a: 'x', b: 'y-z' },
  });
  expect(at('/d/x.tar.gz')).toMatchObject({ endpoint: { path: '/d/{a}.tar.{b}' } });
  expect(at('/d/x.zip')).toMatchObject({ endpoint: { path: '/d/{a}.{b}' } });
  expect(at('/d/--')).toEqual({ kind: 'unknown' });
  // A pattern of three `.+?` would be at this for minutes.
  expect(at(`/d/${'-'.repeat(15_000)}`)).toMatchObject({ endpoint: { path: '/d/{a}-{b}' } });
});

test('mixed segments match what the pattern of lazy groups would', () => {
  const piece = fc.constantFrom('', '-', '.', 'a', '-a', '..');
  const text = fc.string({ unit: fc.constantFrom('a', '-', '.'), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(piece, { minLength: 2, maxLength: 4 }), text, (literals, segment) => {
      const escaped = literals.map((literal) => literal.replace(/[.-]/g, '\\$&'));
      const match = new RegExp(`^${escaped.join('(.+?)')}$`).exec(segment);
      expect(mixedSegment(literals).match(segment)).toEqual(match === null ? null : match.slice(1));
    }),
    { numRuns: 2_000 },
  );
});
