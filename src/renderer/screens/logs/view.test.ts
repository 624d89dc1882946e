import { expect, test } from 'vitest';
import { filterOf, hasOldFilters, isFiltered, type LogsView, noFilter, readView, writeView } from './view.ts';

const first: LogsView = {
  query: '',
  range: null,
  zone: 'local',
  order: 'newest',
  columns: null,
  live: false,
  request: null,
};

test.each<LogsView>([
  first,
  {
    ...first,
    query: 'status:429 token:"Payroll, Berlin" "a=b&c"',
    request: '01999999-0000-7000-8000-000000000000',
  },
  { ...first, range: { kind: 'preset', preset: '24h' }, zone: 'utc', order: 'oldest' },
  { ...first, range: { kind: 'custom', from: new Date('2026-11-24T10:00:00.123Z'), to: null }, live: true },
  { ...first, columns: ['id', 'time', 'in'] },
])('the route brings back the view %o', (view) => {
  expect(readView(new URLSearchParams(writeView(view).toString()))).toEqual(view);
});

test('a view that nothing was changed of is the bare route', () => {
  expect(writeView(first).toString()).toBe('');
});

test('a link of an earlier version asks the same as a query', () => {
  const params = new URLSearchParams({
    token: '01999999-0000-7000-8000-000000000000',
    endpoint: 'GET /v1/shifts/{id}',
    status: '4xx',
    reason: 'limit.hour',
    range: '7d',
  });
  const view = readView(params);
  expect(view.query).toBe(
    'token:01999999-0000-7000-8000-000000000000 endpoint:"GET /v1/shifts/{id}" status:4xx reason:limit.hour',
  );
  expect(view.range).toEqual({ kind: 'preset', preset: '7d' });
  expect(hasOldFilters(params)).toBe(true);
  expect(hasOldFilters(writeView(view))).toBe(false);
});

test('what the route garbles narrows nothing', () => {
  expect(readView(new URLSearchParams('status=nonsense&cols=what&zone=mars&order=up'))).toEqual(first);
});

test('a range that ends now is seen from the moment that is asked for', () => {
  const now = Date.parse('2026-11-24T10:00:00Z');
  expect(filterOf({ query: 'ms:>200', range: { kind: 'preset', preset: '1h' } }, now)).toEqual({
    query: 'ms:>200',
    from: new Date('2026-11-24T09:00:00Z'),
  });
  expect(filterOf(noFilter, now)).toEqual({});
  expect(isFiltered(noFilter)).toBe(false);
});
