import { MultiSelect, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Restrictions } from '../../base/shapes.ts';
import { api } from '../api.ts';
import { ErrorNotice } from './error-notice.tsx';

const kinds = [
  { list: 'businessUnits', kind: 'businessUnit', label: 'Business units' },
  { list: 'locations', kind: 'location', label: 'Locations' },
  { list: 'userGroups', kind: 'userGroup', label: 'User groups' },
] as const;

interface RestrictionsPickerProps {
  value: Restrictions;
  onChange: (restrictions: Restrictions) => void;
}

/** Narrows what is seen to business units, locations and user groups. An empty field narrows nothing. */
export function RestrictionsPicker({ value, onChange }: RestrictionsPickerProps) {
  const places = useQuery(api.directory.places.list.queryOptions());
  return (
    <Stack gap="xs" pt="xs">
      <Text c="dimmed" fz="xs">
        Rows outside are not there for it. An empty field narrows nothing; two fields are both in force.
      </Text>
      {places.isError && (
        <ErrorNotice error={places.error} doing="load the places" retry={() => void places.refetch()} />
      )}
      {kinds.map(({ list, kind, label }) => {
        const options = (places.data ?? []).filter((place) => place.kind === kind);
        return (
          <MultiSelect
            key={list}
            label={label}
            placeholder={
              value[list].length > 0
                ? ''
                : options.length === 0
                  ? 'There are none yet'
                  : `All ${label.toLowerCase()}`
            }
            disabled={options.length === 0}
            searchable
            clearable
            hidePickedOptions
            data={options.map((place) => ({ value: place.id, label: place.name }))}
            value={value[list]}
            onChange={(ids) => onChange({ ...value, [list]: ids })}
          />
        );
      })}
    </Stack>
  );
}
