import type { Token } from '../../../../features/tokens/contract.ts';

/** What a rotation gave. */
export interface Rotated {
  token: Token;
  secret: string;
  oldValidUntil: Date | null;
}
