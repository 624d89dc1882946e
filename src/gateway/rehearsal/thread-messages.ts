import type { FaultCode, FaultData } from '../../base/faults.ts';
import type { Rehearsal } from './contract.ts';

/** What the rehearsal's thread tells. It is told one thing, whatever the message: to stop. */
export type RehearsalReport =
  | { readonly type: 'event'; readonly event: Rehearsal }
  | { readonly type: 'failed'; readonly code: FaultCode; readonly data: FaultData };
