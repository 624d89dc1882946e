import type { Limit } from '../../../features/limits/contract.ts';
import { count, counted } from '../../ui/format.ts';

/** "10,000 requests an hour, at most 100 in 10 seconds" */
export const limitInWords = ({ requestsPerHour, burst }: Limit): string =>
  `${counted(requestsPerHour, 'request')} an hour, at most ${count(burst.requests)} in ${counted(burst.seconds, 'second')}`;
