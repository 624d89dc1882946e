import { expect, test } from 'vitest';
import type { ApiAnswer } from '../shifts-api/api.ts';
import { everything } from '../shifts-api/visible.ts';
import { keepReads } from './kept-reads.ts';

/** An API that counts how often it is asked, and answers with that. */
function counted(answer: (asked: number) => ApiAnswer) {
  let state = 1;
  let asked = 0;
  const reads = keepReads({ handle: () => answer(++asked) }, () => state);
  return {
    read: (target: string, visible = everything) =>
      reads.read(target, visible, () => ({
        operation: 'list',
        params: {},
        query: new URLSearchParams(),
        body: null,
        contentType: null,
        visible,
        now: 0,
      })).body,
    become(next: number) {
      state = next;
    },
  };
}
const ok = (asked: number): ApiAnswer => ({ status: 200, body: String(asked), reason: null });

test('the same question gets the same answer until somebody commits', () => {
  const api = counted(ok);
  expect([api.read('/a'), api.read('/a'), api.read('/a')]).toEqual(['1', '1', '1']);
  api.become(2);
  expect([api.read('/a'), api.read('/a')]).toEqual(['2', '2']);
});

test('another path or query, and a token that may see other rows, have answers of their own', () => {
  const api = counted(ok);
  const narrowed = { ...everything, locations: new Set(['l']) };
  expect([api.read('/a?x=1'), api.read('/a?x=2'), api.read('/a?x=1', narrowed)]).toEqual(['1', '2', '3']);
});

test('while the state of the database is not known nothing is kept', () => {
  const api = counted(ok);
  api.become(Number.NaN);
  expect([api.read('/a'), api.read('/a')]).toEqual(['1', '2']);
});

test('a refusal and a large answer are not kept, and the number of those that are is bounded', () => {
  const refused = counted((asked) => ({ ...ok(asked), status: 404, reason: 'resource.unknown' }));
  expect([refused.read('/a'), refused.read('/a')]).toEqual(['1', '2']);
  const large = counted((asked) => ({ ...ok(asked), body: 'x'.repeat(70_000 + asked) }));
  expect(large.read('/a')).not.toBe(large.read('/a'));
  const many = counted(ok);
  for (let i = 0; i < 1_000; i++) many.read(`/${i}`);
  expect(many.read('/999')).toBe('1001');
});
