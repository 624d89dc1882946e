import { Button, Group, Popover, Stack, Text } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { IconCalendar } from '@tabler/icons-react';
import { useState } from 'react';
import type { Range } from './range.ts';
import { dayAndTime, longDay, shortestTime, type Zone, zoneName, zoneOffset } from './zone.ts';

/** What the date inputs speak: "2026-11-24 14:05:00" on the clock of the zone. */
const toWall = (time: Date | null, zone: Zone): string | null =>
  time === null
    ? null
    : new Date(time.getTime() + zoneOffset(time.getTime(), zone))
        .toISOString()
        .slice(0, 19)
        .replace('T', ' ');

const fromWall = (wall: string | null, zone: Zone): Date | null =>
  wall === null ? null : new Date(`${wall.replace(' ', 'T')}${zone === 'utc' ? 'Z' : ''}`);

/** A custom range in words, as on its button. */
export function rangeWords(range: Range & { kind: 'custom' }, zone: Zone): string {
  const { from, to } = range;
  if (from !== null && to !== null) {
    const sameDay = longDay(from, zone) === longDay(to, zone);
    return `${dayAndTime(from, zone)} – ${sameDay ? shortestTime(to, zone) : dayAndTime(to, zone)}`;
  }
  if (from !== null) return `since ${dayAndTime(from, zone)}`;
  return to === null ? 'any time' : `before ${dayAndTime(to, zone)}`;
}

interface CustomRangeProps {
  range: (Range & { kind: 'custom' }) | null;
  zone: Zone;
  /** A range needs a start, and its end must not be open. */
  closed?: boolean;
  /** Minutes are not exact enough. */
  seconds?: boolean;
  onChange: (range: Range) => void;
}

interface CustomRangeFormProps extends CustomRangeProps {
  onCancel: () => void;
}

/** The two instants of a custom range. It begins with the given one when it is mounted. */
export function CustomRangeForm(props: CustomRangeFormProps) {
  const { range, zone, closed = false, seconds = false, onChange, onCancel } = props;
  const format = seconds ? 'D MMM YYYY, HH:mm:ss' : 'D MMM YYYY, HH:mm';
  const [from, setFrom] = useState(() => toWall(range?.from ?? null, zone));
  const [to, setTo] = useState(() => toWall(range?.to ?? null, zone));
  const [start, end] = [fromWall(from, zone), fromWall(to, zone)];
  const backwards = start !== null && end !== null && start >= end;
  const missing = closed ? start === null : start === null && end === null;
  const apply = () => onChange({ kind: 'custom', from: start, to: end ?? (closed ? new Date() : null) });
  return (
    <Stack gap="xs" w={260}>
      <DateTimePicker
        label="From"
        placeholder={closed ? 'Pick the start' : 'The beginning'}
        valueFormat={format}
        withSeconds={seconds}
        clearable={!closed}
        value={from}
        onChange={setFrom}
        popoverProps={{ withinPortal: false }}
      />
      <DateTimePicker
        label="To (not included)"
        placeholder="Now"
        valueFormat={format}
        withSeconds={seconds}
        clearable
        value={to}
        onChange={setTo}
        error={backwards ? 'The end must be later than the start' : undefined}
        popoverProps={{ withinPortal: false }}
      />
      <Text fz="xs" c="dimmed">
        Times in {zoneName(zone)}
      </Text>
      <Group justify="flex-end" gap="xs">
        <Button variant="subtle" onClick={onCancel}>
          Cancel
        </Button>
        <Button onClick={apply} disabled={backwards || missing}>
          Show this range
        </Button>
      </Group>
    </Stack>
  );
}

/** The button that says the custom range, and behind it the two instants. */
export function CustomRange({ range, zone, closed = false, onChange }: CustomRangeProps) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant={range === null ? 'default' : 'light'}
          leftSection={<IconCalendar size={14} />}
          onClick={() => setOpened((now) => !now)}
        >
          {range === null ? 'Custom…' : rangeWords(range, zone)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Custom range">
        {opened && (
          <CustomRangeForm
            range={range}
            zone={zone}
            closed={closed}
            onCancel={() => setOpened(false)}
            onChange={(chosen) => {
              onChange(chosen);
              setOpened(false);
            }}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
