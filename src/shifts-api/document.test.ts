import { expect, test } from 'vitest';
import { catalogueOf } from '../features/endpoints/catalogue.ts';
import { shiftsApiDocument } from './document.ts';
import { operations } from './operations.ts';

test('the document is a catalogue of every operation that is answered', () => {
  const { endpoints, tags } = catalogueOf(shiftsApiDocument);
  const names = endpoints.map((endpoint) => endpoint.operation);
  expect(names.toSorted()).toEqual([...operations.map((o) => o.operation), 'getOpenApi'].sort());
  expect(tags).toEqual([
    'shifts',
    'employees',
    'attendance',
    'reports',
    'notifications',
    'business-units',
    'locations',
    'user-groups',
    'meta',
  ]);
  for (const endpoint of endpoints) expect(endpoint.writes).toBe(endpoint.method !== 'GET');
});

test('every reference in the document is to a schema it has', () => {
  const text = JSON.stringify(shiftsApiDocument);
  const { schemas } = shiftsApiDocument.components as { schemas: Record<string, unknown> };
  const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map((m) => m[1] ?? '');
  expect(references.length).toBeGreaterThan(20);
  for (const name of references) expect(schemas).toHaveProperty(name);
  expect(text).not.toContain('$defs');
});
