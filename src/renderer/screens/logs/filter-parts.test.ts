import { expect, test } from 'vitest';
import { filterWithout, quickPart } from './filter-parts.ts';

const from = new Date('2026-11-24T10:00:00Z');

test('what could be chosen beside a facet’s value is counted with every other term and the range', () => {
  const filter = { query: 'status:429 token:"Payroll, Berlin" -status:403 timeout', from };
  expect(filterWithout(filter, 'status')).toEqual({ query: 'token:"Payroll, Berlin" timeout', from });
  expect(filterWithout({ query: 'status:429' }, 'status')).toEqual({});
});

test('what is offered while somebody types is counted without reading a row', () => {
  expect(quickPart({ query: 'status:429 timeout path:/v1/* ms:>200', from })).toEqual({
    query: 'status:429 ms:>200',
    from,
  });
  expect(quickPart({ query: 'stat:1', from })).toEqual({ from });
});
