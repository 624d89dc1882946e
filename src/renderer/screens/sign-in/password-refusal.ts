import { ORPCError } from '@orpc/client';
import { faultText } from '../../../base/faults.ts';
import { faultOf } from '../../ui/fault-texts.ts';
import { counted } from '../../ui/format.ts';

/** Why a password was not accepted; `wrong` is said where it is. */
export function refusalOf(error: unknown, wrong: string): string {
  if (!(error instanceof ORPCError)) return 'The server does not answer. Try again in a moment.';
  if (error.code === 'THROTTLED') {
    const { retryAfter } = error.data as { retryAfter: number };
    const wait =
      retryAfter < 90 ? counted(retryAfter, 'second') : counted(Math.ceil(retryAfter / 60), 'minute');
    return `There were too many wrong passwords. Try again in ${wait}.`;
  }
  const fault = faultOf(error);
  if (fault?.code === 'sign_in.refused') return wrong;
  if (fault !== null) return faultText(fault.code, fault.data);
  if (error.status === 401 || error.status === 403) return wrong;
  return 'The server failed. Its own output says how.';
}
