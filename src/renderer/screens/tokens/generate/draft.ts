import { DAY } from '../../../../base/clock.ts';
import { type Restrictions, unrestricted } from '../../../../base/shapes.ts';
import type { EndpointGrant, Token } from '../../../../features/tokens/contract.ts';

/** An expiry as the form offers it: days from now, a day that was picked, or never. */
export type ExpiryChoice =
  | { kind: 'days'; days: number }
  | { kind: 'date'; date: Date | null }
  | { kind: 'never' };

/** What the form holds before it is sent. */
export interface Draft {
  name: string;
  userId: string | null;
  scope: Token['scope'];
  endpoints: EndpointGrant[];
  restrictions: Restrictions;
  expiry: ExpiryChoice;
  note: string;
}

export const emptyDraft: Draft = {
  name: '',
  userId: null,
  scope: 'read-only',
  endpoints: [],
  restrictions: unrestricted,
  expiry: { kind: 'days', days: 90 },
  note: '',
};

/** The choice, or the longest lifetime (in days; null: any) where it is a preset beyond that. */
export const within = (choice: ExpiryChoice, longest: number | null): ExpiryChoice =>
  choice.kind === 'days' && longest !== null && choice.days > longest
    ? { kind: 'days', days: longest }
    : choice;

/** The instant that an expiry choice means, `now` in Unix milliseconds; null for never. */
export function expiryInstant(choice: ExpiryChoice, now: number): Date | null {
  if (choice.kind === 'never') return null;
  if (choice.kind === 'days') return new Date(now + choice.days * DAY);
  return choice.date;
}

/** What is still missing, field by field; empty when the draft can be sent. */
export function missing(
  draft: Draft,
  now: number,
): Partial<Record<'name' | 'userId' | 'endpoints' | 'expiry', string>> {
  const expiry = expiryInstant(draft.expiry, now);
  return {
    ...(draft.name.trim() === '' && { name: 'Give the token a name, such as “Payroll Integration”.' }),
    ...(draft.userId === null && { userId: 'Choose the user account the token operates under.' }),
    ...(draft.scope === 'limited' &&
      draft.endpoints.length === 0 && { endpoints: 'Choose at least one endpoint.' }),
    ...(draft.expiry.kind === 'date' && expiry === null && { expiry: 'Pick a date and time.' }),
    ...(expiry !== null && expiry.getTime() <= now && { expiry: 'The expiry must be in the future.' }),
  };
}

/** The draft as the call's input. */
export function toInput(draft: Draft, now: number) {
  return {
    name: draft.name.trim(),
    userId: draft.userId ?? '',
    scope: draft.scope,
    endpoints: draft.scope === 'limited' ? draft.endpoints : [],
    restrictions: draft.restrictions,
    expiresAt: expiryInstant(draft.expiry, now),
    note: draft.note,
  };
}
