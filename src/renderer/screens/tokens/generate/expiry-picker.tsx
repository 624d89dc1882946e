import { Chip, Group, Input, Text } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { useQuery } from '@tanstack/react-query';
import { DAY } from '../../../../base/clock.ts';
import { api } from '../../../api.ts';
import { counted, exactTime } from '../../../ui/format.ts';
import { useNow } from '../../../ui/now.ts';
import { type ExpiryChoice, expiryInstant } from './draft.ts';

const presets = [
  { days: 7, label: '7 days' },
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
  { days: 180, label: '180 days' },
  { days: 365, label: '1 year' },
];

/** The presets within the longest lifetime (in days), and that itself where none is as long. */
function presetsWithin(longest: number | null) {
  if (longest === null) return presets;
  const within = presets.filter(({ days }) => days <= longest);
  return within.at(-1)?.days === longest
    ? within
    : [...within, { days: longest, label: counted(longest, 'day') }];
}

interface ExpiryPickerProps {
  value: ExpiryChoice;
  error: string | undefined;
  onChange: (choice: ExpiryChoice) => void;
}

const keyOf = (choice: ExpiryChoice) => (choice.kind === 'days' ? String(choice.days) : choice.kind);

/**
 * Expiration Date: presets, a date of one's own, or never; the exact instant stands below. What the instance's policy
 * does not allow is not offered.
 */
export function ExpiryPicker({ value, error, onChange }: ExpiryPickerProps) {
  const now = useNow();
  const policy = useQuery(api.tokens.policy.show.queryOptions());
  const longest = policy.data?.maxLifetimeDays ?? null;
  const offered = presetsWithin(longest);
  const instant = expiryInstant(value, now);
  const pick = (key: string) => {
    if (key === 'never') onChange({ kind: 'never' });
    else if (key === 'date') onChange({ kind: 'date', date: instant });
    else onChange({ kind: 'days', days: Number(key) });
  };
  return (
    <Input.Wrapper label="Expiration date" labelElement="div" error={error}>
      <Chip.Group value={keyOf(value)} onChange={pick}>
        <Group gap={6}>
          {offered.map(({ days, label }) => (
            <Chip key={days} value={String(days)} size="xs" radius="sm" variant="outline">
              {label}
            </Chip>
          ))}
          <Chip value="date" size="xs" radius="sm" variant="outline">
            Custom
          </Chip>
          {(longest === null || value.kind === 'never') && (
            <Chip value="never" size="xs" radius="sm" variant="outline">
              Never
            </Chip>
          )}
        </Group>
      </Chip.Group>
      {value.kind === 'date' && (
        <DateTimePicker
          mt="xs"
          maw={260}
          label="Expires at"
          placeholder="Date and time"
          minDate={new Date(now)}
          {...(longest === null ? {} : { maxDate: new Date(now + longest * DAY) })}
          valueFormat="D MMM YYYY, HH:mm"
          value={value.date}
          onChange={(date) => onChange({ kind: 'date', date: date === null ? null : new Date(date) })}
        />
      )}
      <Text fz="xs" c="dimmed" mt={6} mih={17}>
        {[
          value.kind === 'never'
            ? 'It works until someone revokes it. Give temporary integrations an expiry.'
            : instant !== null && `Until ${exactTime(instant)}`,
          longest !== null && `This instance allows ${counted(longest, 'day')} at most`,
        ]
          .filter(Boolean)
          .join(' · ') || 'No moment is picked yet.'}
      </Text>
    </Input.Wrapper>
  );
}
