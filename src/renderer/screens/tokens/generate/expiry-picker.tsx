import { Chip, Group, Input, Text } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { exactTime } from '../../../ui/format.ts';
import { useNow } from '../../../ui/now.ts';
import { type ExpiryChoice, expiryInstant } from './draft.ts';

const presets = [
  { days: 7, label: '7 days' },
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
  { days: 180, label: '180 days' },
  { days: 365, label: '1 year' },
];

interface ExpiryPickerProps {
  value: ExpiryChoice;
  error: string | undefined;
  onChange: (choice: ExpiryChoice) => void;
}

const keyOf = (choice: ExpiryChoice) => (choice.kind === 'days' ? String(choice.days) : choice.kind);

/** Expiration Date: presets, a date of one's own, or never; the exact instant stands below. */
export function ExpiryPicker({ value, error, onChange }: ExpiryPickerProps) {
  const now = useNow();
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
          {presets.map(({ days, label }) => (
            <Chip key={days} value={String(days)} size="xs" radius="sm" variant="outline">
              {label}
            </Chip>
          ))}
          <Chip value="date" size="xs" radius="sm" variant="outline">
            Custom
          </Chip>
          <Chip value="never" size="xs" radius="sm" variant="outline">
            Never
          </Chip>
        </Group>
      </Chip.Group>
      {value.kind === 'date' && (
        <DateTimePicker
          mt="xs"
          maw={260}
          label="Expires at"
          placeholder="Date and time"
          minDate={new Date(now)}
          valueFormat="D MMM YYYY, HH:mm"
          value={value.date}
          onChange={(date) => onChange({ kind: 'date', date: date === null ? null : new Date(date) })}
        />
      )}
      <Text fz="xs" c="dimmed" mt={6} mih={17}>
        {value.kind === 'never'
          ? 'It works until someone revokes it. Give temporary integrations an expiry.'
          : instant === null
            ? ''
            : `Until ${exactTime(instant)}`}
      </Text>
    </Input.Wrapper>
  );
}
