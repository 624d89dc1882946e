import type { Limit, LimitTarget } from '../../../features/limits/contract.ts';
import type { DraftInput } from '../../../gateway/rehearsal/contract.ts';
import { limitInWords } from '../limits/limit-words.ts';

/** A draft, and what it would change in the words of the form that it comes from. */
export interface Rehearsed {
  draft: DraftInput;
  words: string;
}

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

/** @param id of the range that it replaces; null: it is a new one */
export const rangeRehearsed = (id: string | null, fields: RangeDraft): Rehearsed =>
  id === null
    ? { words: `${fields.range} is added.`, draft: { ipRules: { add: [fields] } } }
    : { words: `The range becomes ${fields.range}.`, draft: { ipRules: { change: [{ id, ...fields }] } } };

export const rangeRemovalRehearsed = ({ id, range }: { id: string; range: string }): Rehearsed => ({
  words: `${range} is removed.`,
  draft: { ipRules: { remove: [id] } },
});
