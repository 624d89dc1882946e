import type { Limit, LimitTarget } from '../../../features/limits/contract.ts';
import type { Token } from '../../../features/tokens/contract.ts';
import type { DraftInput } from '../../../gateway/rehearsal/contract.ts';
import { limitInWords } from '../limits/limit-words.ts';
import type { Changeable } from '../tokens/changes/changes.ts';

/** A draft, and what it would change in the words of the form that it comes from. */
export interface Rehearsed {
  draft: DraftInput;
  words: string;
}

export type TokenDraft = NonNullable<DraftInput['tokens']>[number];
type RangeDraft = NonNullable<NonNullable<DraftInput['ipRules']>['add']>[number];

const limitNames: Record<LimitTarget['kind'], string> = {
  default: 'The default limit',
  instance: 'The ceiling for the whole instance',
  token: 'The token’s limit',
};

export function limitRehearsed(target: LimitTarget, limit: Limit): Rehearsed {
  const words = `${limitNames[target.kind]} is ${limitInWords(limit)}.`;
  if (target.kind === 'token')
    return { words, draft: { limits: { tokens: [{ tokenId: target.tokenId, limit }] } } };
  return { words, draft: { limits: { [target.kind]: limit } } };
}

/** @param name of the token, for whom the default then counts */
export const ownLimitRemovalRehearsed = (tokenId: string, name: string): Rehearsed => ({
  words: `${name} has the default limit.`,
  draft: { limits: { tokens: [{ tokenId, limit: null }] } },
});

export const ceilingRemovalRehearsed: Rehearsed = {
  words: 'There is no ceiling for the whole instance.',
  draft: { limits: { instance: null } },
};

/** @param id of the range that it replaces; null: it is a new one */
export const rangeRehearsed = (id: string | null, fields: RangeDraft): Rehearsed =>
  id === null
    ? { words: `${fields.range} is added.`, draft: { ipRules: { add: [fields] } } }
    : { words: `The range becomes ${fields.range}.`, draft: { ipRules: { change: [{ id, ...fields }] } } };

export const rangeRemovalRehearsed = ({ id, range }: { id: string; range: string }): Rehearsed => ({
  words: `${range} is removed.`,
  draft: { ipRules: { remove: [id] } },
});

export const tokensRehearsed = (words: string, tokens: TokenDraft[]): Rehearsed => ({
  words,
  draft: { tokens },
});

/** What decides requests of a change, and its name; a name and a note decide nothing. */
const deciding = { scope: 'scope', restrictions: 'restrictions', expiresAt: 'expiry' } as const;

/** @param change the fields that saving sends; `ready` once it may */
export function editRehearsed(token: Token, change: Partial<Changeable>, ready: boolean): Rehearsed | null {
  const fields = (Object.keys(deciding) as (keyof typeof deciding)[]).filter(
    (field) => change[field] !== undefined,
  );
  if (!ready || fields.length === 0) return null;
  const draft: TokenDraft = {
    tokenId: token.id,
    ...(change.scope !== undefined && { scope: change.scope }),
    ...(change.scope === 'limited' && change.endpoints !== undefined && { endpoints: change.endpoints }),
    ...(change.restrictions !== undefined && { restrictions: change.restrictions }),
    ...(change.expiresAt !== undefined && { expiresAt: change.expiresAt }),
  };
  const named = fields.map((field) => deciding[field]).join(', ');
  return tokensRehearsed(`${token.name} has the ${named} of the form.`, [draft]);
}
