import type { VisitContext } from '../features/admins/door-service.ts';
import type { CallContext } from '../features/answer-faults.ts';

/** The header of a call to the services' thread that says who makes it; only this process writes to that port. */
const ASKING = 'x-asking';

/** What the doors say with each call of `Host.client`: who calls, or who is not known yet and knocks. */
export interface Asking {
  caller?: CallContext;
  visitor?: VisitContext;
}

export const writeAsking = (asking: CallContext | VisitContext): Record<string, string> => ({
  [ASKING]: encodeURIComponent(JSON.stringify(asking)),
});

/** @throws where a call does not say who makes it: that is a door's mistake, and must not pass for the owner */
export function readAsking(
  headers: Record<string, string | string[] | undefined>,
): CallContext & VisitContext {
  const written = headers[ASKING];
  if (typeof written !== 'string') throw new Error('a call does not say who makes it');
  // The services look only at what is theirs, and refuse where it is not there.
  return JSON.parse(decodeURIComponent(written)) as CallContext & VisitContext;
}
