import { useQuery } from '@tanstack/react-query';
import { api } from '../../api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PlaceList } from './place-list.tsx';
import classes from './settings.module.css';

const kinds = [
  { kind: 'businessUnit', title: 'Business units', one: 'business unit' },
  { kind: 'location', title: 'Locations', one: 'location' },
  { kind: 'userGroup', title: 'User groups', one: 'user group' },
] as const;

/** What tokens and users can be narrowed to. */
export function PlacesSection() {
  const places = useQuery(api.directory.places.list.queryOptions());
  if (places.isError) {
    return <ErrorNotice error={places.error} doing="load the places" retry={() => void places.refetch()} />;
  }
  return (
    <div className={classes.kinds}>
      {kinds.map(({ kind, title, one }) => (
        <PlaceList
          key={kind}
          kind={kind}
          title={title}
          one={one}
          places={places.data?.filter((place) => place.kind === kind)}
        />
      ))}
    </div>
  );
}
