import { expect, test } from 'vitest';
import { differences, inShort } from './differences.ts';

const nameOf = (id: string) => `place ${id.slice(0, 2)}`;
const diff = (before: unknown, after: unknown) => differences(before, after, nameOf);

test('only what differs is shown, inner fields by their way', () => {
  const before = { name: 'A', burst: { requests: 5, seconds: 1 }, active: true };
  expect(diff(before, { ...before, burst: { requests: 5000, seconds: 1 }, active: false })).toEqual([
    { field: 'Burst · Requests', removed: ['5'], added: ['5,000'], kept: 0 },
    { field: 'Active', removed: ['yes'], added: ['no'], kept: 0 },
  ]);
  expect(diff(before, before)).toEqual([]);
});

test('of a list what goes and what comes is shown, ids by the names of places', () => {
  const id = (digit: string) => `${digit.repeat(8)}-0000-7000-8000-000000000000`;
  expect(diff({ locations: [id('1'), id('2')] }, { locations: [id('2'), id('3')] })).toEqual([
    { field: 'Locations', removed: ['place 11'], added: ['place 33'], kept: 1 },
  ]);
});

test('what is set or emptied says none; what is new or gone does not', () => {
  expect(diff({ note: '' }, { note: 'mine' })).toEqual([
    { field: 'Note', removed: ['none'], added: ['mine'], kept: 0 },
  ]);
  expect(diff(null, { note: '', name: 'A' })).toEqual([
    { field: 'Name', removed: [], added: ['A'], kept: 0 },
  ]);
  expect(diff({ limit: null, name: 'A' }, null)).toEqual([
    { field: 'Name', removed: ['A'], added: [], kept: 0 },
  ]);
});

test('a limit that comes where there was none shows its figures alone', () => {
  expect(diff({ limit: null }, { limit: { requestsPerHour: 9 } })).toEqual([
    { field: 'Limit · Requests per hour', removed: [], added: ['9'], kept: 0 },
  ]);
});

test('secrets and endpoints read as they do elsewhere', () => {
  const until = '2026-11-24T12:00:00.000Z';
  const [secrets, endpoints] = diff(null, {
    secrets: [{ id: 'x', prefix: 'shf_ab', validUntil: null }],
    endpoints: [{ kind: 'tag', target: 'shifts', access: 'write' }],
  });
  expect(secrets?.added).toEqual(['shf_ab…']);
  expect(endpoints?.added).toEqual(['shifts (all of them): read and write']);
  expect(diff(null, { secrets: [{ prefix: 'p', validUntil: until }] })[0]?.added[0]).toMatch(
    /^p…, valid until .*2026/,
  );
});

test('a value that somebody wrote into the database, and that is no object, is shown as it is', () => {
  expect(diff(null, 'not JSON')).toEqual([{ field: 'Value', removed: [], added: ['not JSON'], kept: 0 }]);
});

test('in short: every difference, and of long lists how many', () => {
  expect(inShort(diff({ status: 'active' }, { status: 'revoked' }))).toBe('Status: active → revoked');
  expect(inShort(diff({ ranges: [] }, { ranges: ['10.0.0.1/32'] }))).toBe('Ranges: none → 10.0.0.1/32');
  expect(inShort(diff({ ranges: ['a'] }, { ranges: ['a', 'b'] }))).toBe('Ranges: + b');
  expect(inShort(diff({ ranges: ['a', 'b'] }, { ranges: ['a'] }))).toBe('Ranges: − b');
  expect(inShort(diff(null, { tokens: ['a', 'b', 'c', 'd'], name: 'N' }))).toBe('Tokens: 4; Name: N');
  expect(inShort(diff({ a: 1, b: 1 }, { a: 2, b: 2 }))).toBe('A: 1 → 2; B: 1 → 2');
  expect(inShort([])).toBe('');
});
