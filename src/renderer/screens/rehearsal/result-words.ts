import type { DraftInput, RehearsalResult } from '../../../gateway/rehearsal/contract.ts';
import { count, counted } from '../../ui/format.ts';
import { reasonWords } from '../../ui/reasons.ts';

/** The code is empty where the log has none. */
export const reasonTitle = (code: string | null): string =>
  code === null || code === '' ? 'No reason given' : reasonWords(code).title;

const were = (many: number) => (many === 1 ? 'was' : 'were');

/** What the rehearsal found, in a sentence. */
export function summaryWords(result: RehearsalResult): string {
  const { requests, wouldDeny, wouldAllow, undecidable, otherReason } = result;
  const parts = [
    wouldDeny > 0 && `${count(wouldDeny)} that ${were(wouldDeny)} let in would be denied`,
    wouldAllow > 0 && `${count(wouldAllow)} that ${were(wouldAllow)} denied would be let in`,
    undecidable > 0 && `${count(undecidable)} cannot be decided`,
  ].filter((part) => part !== false);
  const [first] = parts;
  if (first !== undefined) {
    const last = parts.length > 1 ? `, and ${parts.at(-1)}` : '';
    const before = parts.length > 1 ? parts.slice(0, -1).join(', ') : first;
    return `Of ${counted(requests, 'request')}, ${before}${last}.`;
  }
  if (otherReason > 0)
    return `No other request would be let in or denied; ${count(otherReason)} would be denied for another reason.`;
  return requests === 1
    ? 'Nothing would change: the one request would be decided as it was.'
    : `Nothing would change: all ${counted(requests, 'request')} would be decided as they were.`;
}

/** What to know before the figures are believed. @param now Unix milliseconds */
export function noteWords(result: RehearsalResult, draft: DraftInput, now: number): string[] {
  const { earlier, undecidable, wouldAllow, clockSetBack, kept } = result;
  const notes: string[] = [];
  if (wouldAllow > 0)
    notes.push('“Let in” means past the gateway. What the API would have answered is not known.');
  if (earlier.requests > 0) {
    const recorded = `${counted(earlier.requests, 'request')} ${were(earlier.requests)} recorded under an earlier policy.`;
    notes.push(
      earlier.wouldDeny + earlier.wouldAllow > 0
        ? `${recorded} Without this draft, the policy as it is now would deny ${count(earlier.wouldDeny)} that were let in then, and let in ${count(earlier.wouldAllow)} that were denied: what was changed since then does that, not this draft.`
        : `${recorded} The policy as it is now lets in and denies the same ones, so the changes are this draft’s alone.`,
    );
  }
  if (undecidable > 0)
    notes.push(
      `${counted(undecidable, 'request')} cannot be decided, as the log does not have what would decide: the token is no longer there, or what the answer touched was not written down.`,
    );
  if (kept > 0)
    notes.push(
      `${counted(kept, 'request')} came without a known token or ${were(kept)} refused before any check; no draft changes that.`,
    );
  if (clockSetBack > 0)
    notes.push(
      `The clock was set back meanwhile: ${counted(clockSetBack, 'request')} may be counted out of order.`,
    );
  if (draft.tokens?.some(({ expiresAt }) => expiresAt != null && expiresAt.getTime() > now))
    notes.push('An expiry that lies ahead changes nothing about requests that came before it.');
  return notes;
}
