import type { FaultCode, FaultData } from '../base/faults.ts';

/** What the admin thread says when it has begun. */
export type AdminReport = { type: 'ready' } | { type: 'failed'; code: FaultCode; data: FaultData };
