import { Fault } from '../base/faults.ts';

const DETAILS: Record<string, string> = {
  EADDRINUSE: 'it is in use',
  EACCES: 'this needs more rights',
  EADDRNOTAVAIL: 'it is not of this machine',
  ENOTFOUND: 'no such host is known',
};

/** Why a server cannot listen there, from what Node's `listen` failed with. */
export const portFault = (address: string, cause: unknown): Fault =>
  new Fault(
    'gateway.port',
    { address, detail: DETAILS[(cause as NodeJS.ErrnoException).code ?? ''] ?? (cause as Error).message },
    { cause },
  );
