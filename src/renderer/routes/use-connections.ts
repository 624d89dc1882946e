import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, forgetProtection, inDesktop } from '../api.ts';
import { paths } from './paths.ts';

/** The connections of the desktop app; none in a browser. */
export const useConnections = () => useQuery({ ...api.connections.list.queryOptions(), enabled: inDesktop });

/** Can a gateway of this instance run in the process that answers? A database's runs where `serve` does. */
export const useRunsGateway = (): boolean =>
  useConnections().data?.find((connection) => connection.current)?.target.kind !== 'database';

/** Switches to another connection: nothing of the one before stays on the page. */
export const useSwitch = (onError: (error: unknown) => void) =>
  useMutation(
    api.connections.use.mutationOptions({
      onError,
      onSuccess: () => {
        window.location.hash = paths.tokens();
        window.location.reload();
      },
    }),
  );

/** What a change of the list settles with. */
export const useConnectionsSettled = () => {
  const queries = useQueryClient();
  return () => {
    forgetProtection();
    return queries.invalidateQueries({ queryKey: api.connections.key() });
  };
};
