import { useQuery } from '@tanstack/react-query';
import { api, inDesktop } from '../api.ts';

/** Why no secret can be made here; null: one can, as far as is known. */
export function useKeyless(): string | null {
  const info = useQuery({ ...api.instance.info.queryOptions(), staleTime: Number.POSITIVE_INFINITY });
  if (info.data?.hasKeys !== false) return null;
  return inDesktop
    ? 'This connection has no key of the instance, and a secret is hashed with it. Give the key in Settings, Connections.'
    : 'This server was started without the key of the instance, and a secret is hashed with it.';
}
