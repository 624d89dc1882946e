import { expect, test } from 'vitest';
import type { RehearsalResult } from '../../../gateway/rehearsal/contract.ts';
import { noteWords, summaryWords } from './result-words.ts';

const found = (counts: Partial<RehearsalResult>) =>
  ({
    requests: 1_200,
    wouldDeny: 0,
    wouldAllow: 0,
    undecidable: 0,
    otherReason: 0,
    kept: 0,
    clockSetBack: 0,
    earlier: { requests: 0, wouldDeny: 0, wouldAllow: 0 },
    ...counts,
  }) as RehearsalResult;

test('the summary names what changes, and says so where nothing does', () => {
  expect(summaryWords(found({}))).toBe(
    'Nothing would change: all 1,200 requests would be decided as they were.',
  );
  expect(summaryWords(found({ wouldDeny: 1 }))).toBe('Of 1,200 requests, 1 that was let in would be denied.');
  expect(summaryWords(found({ wouldDeny: 30, wouldAllow: 2, undecidable: 1 }))).toBe(
    'Of 1,200 requests, 30 that were let in would be denied, 2 that were denied would be let in, and 1 cannot be decided.',
  );
  expect(summaryWords(found({ otherReason: 4 }))).toContain('4 would be denied for another reason');
});

test('the notes tell what the policy as it is changes already, apart from the draft', () => {
  const [note] = noteWords(found({ earlier: { requests: 9, wouldDeny: 3, wouldAllow: 1 } }), {}, 0);
  expect(note).toContain('9 requests were recorded under an earlier policy');
  expect(note).toContain('deny 3 that were let in then, and let in 1');
  const [same] = noteWords(found({ earlier: { requests: 9, wouldDeny: 0, wouldAllow: 0 } }), {}, 0);
  expect(same).toContain('the changes are this draft’s alone');
});

test('a clock set back, undecidable requests, unknown answers and an expiry ahead each have their note', () => {
  const draft = { tokens: [{ tokenId: 'a', expiresAt: new Date(5) }] };
  expect(
    noteWords(found({ clockSetBack: 1, undecidable: 1, wouldAllow: 1, kept: 1 }), draft, 4),
  ).toHaveLength(5);
  expect(noteWords(found({}), draft, 5)).toEqual([]);
});
