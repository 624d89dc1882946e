import { ORPCError } from '@orpc/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { SERVER_LOST } from '../../base/server-troubles.ts';
import { api } from '../api.ts';
import { notifyError } from '../ui/error-notice.tsx';
import { faultOf } from '../ui/fault-texts.ts';

const REFRESH_MS = 5_000;

/** What does not answer, where that is what an error says: another is an answer. */
function lostBy(error: unknown): 'server' | 'database' | null {
  if (faultOf(error)?.code === 'database.unavailable') return 'database';
  return !(error instanceof ORPCError) || error.code === SERVER_LOST ? 'server' : null;
}

/** The gateway of this instance, with what can be done to it. */
export function useGateway() {
  const queries = useQueryClient();
  const status = useQuery({ ...api.gateway.status.queryOptions(), refetchInterval: REFRESH_MS });
  // With its start, the catalogue may be another one.
  const settled = () =>
    Promise.all(
      [api.gateway, api.upstream, api.endpoints].map((part) =>
        queries.invalidateQueries({ queryKey: part.key() }),
      ),
    );
  const start = useMutation(
    api.gateway.start.mutationOptions({
      onSettled: settled,
      onError: (error) => notifyError(error, 'start the gateway'),
    }),
  );
  const stop = useMutation(
    api.gateway.stop.mutationOptions({
      onSettled: settled,
      onError: (error) => notifyError(error, 'stop the gateway'),
    }),
  );
  const lost = status.isError ? lostBy(status.error) : null;
  return { status, lost, start, stop };
}
