import type { ReviewProblem } from '../../../base/review-problems.ts';
import type { Flaw } from './flaw.ts';

/** So many are kept of each file; all are counted. */
const MOST_KEPT = 100;

/** What was found to be wrong with a file, the first of it in full. */
export class Problems {
  readonly kept: ReviewProblem[] = [];
  #lines = 0;

  /** How many lines had something wrong. */
  get lines(): number {
    return this.#lines;
  }

  ofLine({ code, data }: Flaw, line: number): void {
    this.#lines++;
    if (this.kept.length < MOST_KEPT) this.kept.push({ code, data, line });
  }

  /** These are kept whatever there is. */
  ofFile({ code, data }: Flaw, line: number | null): void {
    this.kept.push({ code, data, line });
  }
}
