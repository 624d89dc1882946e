import { expect, test } from 'vitest';
import { parseQuery } from '../../../../base/log-query/parse.ts';
import { fieldAt, suggestionsAt, taken } from './suggest.ts';

const known = [
  { value: '01999999-0000-7000-8000-000000000001', label: 'Payroll, Berlin', count: 1_200 },
  { value: '01999999-0000-7000-8000-000000000002', label: 'Time clocks', count: 3 },
];
const labels = (text: string, values: Parameters<typeof suggestionsAt>[2] = []) =>
  suggestionsAt(text, text.length, values).map(({ label }) => label);

test('an empty box offers every field, and a beginning those that it begins', () => {
  expect(labels('')).toContain('status:');
  expect(labels('st')).toEqual(['status:']);
  expect(labels('status:429 -re')).toEqual(['reason:']);
});

test('behind a field are its values in the log, by name or id, with their counts', () => {
  expect(fieldAt('token:pay', 9)).toBe('token');
  expect(fieldAt('pay', 3)).toBeNull();
  expect(labels('token:pay', known)).toEqual(['Payroll, Berlin']);
  expect(labels('token:8000-000000000002', known)).toEqual(['Time clocks']);
  expect(labels('outcome:den')).toEqual(['denied']);
});

test('a value that is taken is a query that asks for just that value', () => {
  const text = 'status:429 agent:a';
  const [suggestion] = suggestionsAt(text, text.length, [
    { value: 'a "quoted", agent* 1.0', label: null, count: 1 },
  ]);
  if (suggestion === undefined) throw new Error('nothing was suggested');
  const { text: after, caret } = taken(text, suggestion);
  expect(caret).toBe(after.length);
  expect(parseQuery(after)).toEqual({
    terms: [
      expect.objectContaining({ field: 'status' }),
      { field: 'agent', excluded: false, values: [{ kind: 'text', text: 'a "quoted", agent\\* 1.0' }] },
    ],
  });
});

test('what is behind the caret stays', () => {
  const [suggestion] = suggestionsAt('sta ms:>200', 3, []);
  if (suggestion === undefined) throw new Error('nothing was suggested');
  expect(taken('sta ms:>200', suggestion)).toEqual({ text: 'status: ms:>200', caret: 7 });
});
