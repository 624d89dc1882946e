import { ORPCError } from '@orpc/client';
import { QueryClient } from '@tanstack/react-query';

const FRESH_MS = 5_000;

/** A refusal stays one however often it is asked again; only a lost answer is worth a second try. */
const worthRetrying = (failures: number, error: Error) => !(error instanceof ORPCError) && failures < 2;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: FRESH_MS, retry: worthRetrying, retryDelay: 400, networkMode: 'always' },
    mutations: { networkMode: 'always' },
  },
});
