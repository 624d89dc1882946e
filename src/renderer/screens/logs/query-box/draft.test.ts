import { expect, test } from 'vitest';
import { parseQuery } from '../../../../base/log-query/parse.ts';
import type { Term } from '../../../../base/log-query/terms.ts';
import { writeQuery } from '../../../../base/log-query/write.ts';
import { applyDraft, editDraft, newDraft, shownError } from './draft.ts';

function terms(text: string): Term[] {
  const parsed = parseQuery(text);
  if ('error' in parsed) throw new Error(parsed.error.message);
  return parsed.terms;
}
const there = terms('status:429 token:"Payroll, Berlin" timeout');

function applied(draft: Parameters<typeof applyDraft>[1]): string {
  const result = applyDraft(there, draft);
  return 'error' in result ? `! ${result.error.message}` : writeQuery(result.terms);
}

test('what is written comes behind the terms that are there, none twice', () => {
  expect(applied(newDraft(there, 'ms:>200 status:429'))).toBe(
    'status:429 token:"Payroll, Berlin" timeout ms:>200',
  );
});

test('a term that is edited begins as it is written, and stays in its place', () => {
  const draft = editDraft(there, 1);
  expect(draft.text).toBe('token:"Payroll, Berlin"');
  expect(applied(draft)).toBe('status:429 token:"Payroll, Berlin" timeout');
  expect(applied({ ...draft, text: '-token:Clocks' })).toBe('status:429 -token:Clocks timeout');
  expect(applied({ ...draft, text: ' ' })).toBe('status:429 timeout');
});

test('a mistake leaves the terms as they are', () => {
  expect(applied(newDraft(there, 'stat:429'))).toMatch(/^! .*stat/);
});

test('a word is no mistake before it is finished', () => {
  expect(shownError('ms:', 3, false)).toBeNull();
  expect(shownError('ms:', 3, true)).not.toBeNull();
  expect(shownError('stat:1 ms:>2', 12, false)).toMatchObject({ at: 0, length: 4 });
});
