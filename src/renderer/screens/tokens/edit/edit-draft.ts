import type { Token } from '../../../../features/tokens/contract.ts';
import type { Changeable } from '../changes/changes.ts';
import { type Draft, expiryInstant } from '../generate/draft.ts';

/** What the form holds before it is saved. */
export type EditDraft = Omit<Draft, 'userId'>;

export const editDraftOf = (token: Token): EditDraft => ({
  name: token.name,
  note: token.note,
  scope: token.scope,
  endpoints: token.endpoints,
  restrictions: token.restrictions,
  expiry: token.expiresAt === null ? { kind: 'never' } : { kind: 'date', date: token.expiresAt },
});

const sameInstant = (one: Date | null, other: Date | null) => one?.getTime() === other?.getTime();

/** What is wrong, field by field; an expiry that stays as it is may lie in the past. */
export function editProblems(
  draft: EditDraft,
  token: Token,
  now: number,
): Partial<Record<'name' | 'endpoints' | 'expiry', string>> {
  const expiry = expiryInstant(draft.expiry, now);
  const moved = !sameInstant(expiry, token.expiresAt);
  return {
    ...(draft.name.trim() === '' && { name: 'A token needs a name.' }),
    ...(draft.scope === 'limited' &&
      draft.endpoints.length === 0 && { endpoints: 'Choose at least one endpoint.' }),
    ...(draft.expiry.kind === 'date' && expiry === null && { expiry: 'Pick a date and time.' }),
    ...(moved &&
      expiry !== null &&
      expiry.getTime() <= now && { expiry: 'The expiry must be in the future.' }),
  };
}

/** The fields that the draft changes, as the call takes them. Of a revoked token only name and note do. */
export function toChange(draft: EditDraft, token: Token, now: number): Partial<Changeable> {
  const expiresAt = expiryInstant(draft.expiry, now);
  const endpoints = draft.scope === 'limited' ? draft.endpoints : [];
  const differs = (one: unknown, other: unknown) => JSON.stringify(one) !== JSON.stringify(other);
  return {
    ...(draft.name.trim() !== token.name && { name: draft.name.trim() }),
    ...(draft.note !== token.note && { note: draft.note }),
    ...(token.status !== 'revoked' && {
      ...((draft.scope !== token.scope || differs(endpoints, token.endpoints)) && {
        scope: draft.scope,
        endpoints,
      }),
      ...(differs(draft.restrictions, token.restrictions) && { restrictions: draft.restrictions }),
      ...(!sameInstant(expiresAt, token.expiresAt) && { expiresAt }),
    }),
  };
}
