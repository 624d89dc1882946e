import type { ReviewProblemCode } from '../../../base/review-problems.ts';

/** What is wrong with a record, or with a file: its text is in base/review-problems.ts. */
export interface Flaw {
  readonly code: ReviewProblemCode;
  readonly data: Readonly<Record<string, string | number>>;
}

export const flaw = (code: ReviewProblemCode, data: Flaw['data'] = {}): Flaw => ({ code, data });
