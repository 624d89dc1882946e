import { expect, test } from 'vitest';
import { DAY } from '../../../../base/clock.ts';
import { emptyDraft, expiryInstant, missing, toInput, within } from './draft.ts';

const now = Date.UTC(2026, 10, 24, 12);

test('90 days are preselected, and never is a choice that sends null', () => {
  expect(expiryInstant(emptyDraft.expiry, now)).toEqual(new Date(now + 90 * DAY));
  expect(toInput({ ...emptyDraft, expiry: { kind: 'never' } }, now).expiresAt).toBeNull();
});

test('an incomplete draft says what is missing', () => {
  expect(Object.keys(missing({ ...emptyDraft, scope: 'limited' }, now))).toEqual([
    'name',
    'userId',
    'endpoints',
  ]);
  const past = { kind: 'date', date: new Date(now - 1) } as const;
  expect(missing({ ...emptyDraft, name: 'Payroll', userId: 'u', expiry: past }, now)).toHaveProperty(
    'expiry',
  );
});

test('only a limited token is sent with an endpoint list', () => {
  const endpoints = [{ kind: 'tag', target: 'shifts', access: 'read' }] as const;
  const draft = { ...emptyDraft, endpoints: [...endpoints] };
  expect(toInput({ ...draft, scope: 'full' }, now).endpoints).toEqual([]);
  expect(toInput({ ...draft, scope: 'limited' }, now).endpoints).toEqual(endpoints);
});

test('a preset is kept within the instance’s longest lifetime', () => {
  expect(within(emptyDraft.expiry, 30)).toEqual({ kind: 'days', days: 30 });
  expect(within(emptyDraft.expiry, 365)).toEqual(emptyDraft.expiry);
  expect(within(emptyDraft.expiry, null)).toEqual(emptyDraft.expiry);
});
