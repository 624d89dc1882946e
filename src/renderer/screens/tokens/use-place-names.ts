import { useQuery } from '@tanstack/react-query';
import { api } from '../../api.ts';

/** A place's name by its id; the beginning of the id while names load. */
export function usePlaceNames(): (id: string) => string {
  const places = useQuery(api.directory.places.list.queryOptions());
  return (id) => places.data?.find((place) => place.id === id)?.name ?? id.slice(0, 8);
}
