import { ORPCError } from '@orpc/server';
import { Fault } from '../../base/faults.ts';

/** Why an instance did not take a password, as a fault; what else it answered, as it is. */
export function asSignInFault(thrown: unknown): unknown {
  if (!(thrown instanceof ORPCError)) return thrown;
  if (thrown.code === 'THROTTLED')
    return new Fault('sign_in.throttled', { seconds: thrown.data.retryAfter }, { cause: thrown });
  if (thrown.code === 'REFUSED' || thrown.code === 'DENIED')
    return new Fault('sign_in.refused', {}, { cause: thrown });
  return thrown;
}
