import { expect, test } from 'vitest';
import { DAY } from '../../../../base/clock.ts';
import { unrestricted } from '../../../../base/shapes.ts';
import type { Token } from '../../../../features/tokens/contract.ts';
import { editDraftOf, editProblems, toChange } from './edit-draft.ts';

const now = Date.UTC(2026, 10, 24, 12);
const token = {
  name: 'Payroll',
  note: 'n',
  scope: 'limited',
  endpoints: [{ kind: 'tag', target: 'shifts', access: 'read' }],
  restrictions: unrestricted,
  status: 'expired',
  expiresAt: new Date(now - DAY),
} as unknown as Token;

test('an untouched draft changes nothing and has no problem, even where the token has expired', () => {
  expect(toChange(editDraftOf(token), token, now)).toEqual({});
  expect(editProblems(editDraftOf(token), token, now)).toEqual({});
});

test('only what differs is sent, and another scope leaves the endpoint list behind', () => {
  const draft = { ...editDraftOf(token), scope: 'full' as const, expiry: { kind: 'days', days: 7 } as const };
  expect(toChange(draft, token, now)).toEqual({
    scope: 'full',
    endpoints: [],
    expiresAt: new Date(now + 7 * DAY),
  });
});

test('of a revoked token only name and note are sent', () => {
  const revoked = { ...token, status: 'revoked' as const };
  const draft = { ...editDraftOf(revoked), name: ' New ', note: '', scope: 'full' as const };
  expect(toChange(draft, revoked, now)).toEqual({ name: 'New', note: '' });
});

test('an expiry that is moved into the past, a missing name and an empty list are problems', () => {
  const draft = {
    ...editDraftOf(token),
    name: ' ',
    endpoints: [],
    expiry: { kind: 'date' as const, date: new Date(now - 1) },
  };
  expect(Object.keys(editProblems(draft, token, now))).toEqual(['name', 'endpoints', 'expiry']);
});
