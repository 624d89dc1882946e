import { ActionIcon, Group, Tooltip } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { exactTime } from './format.ts';
import { secondsTime, type Zone } from './zone.ts';

interface AsOfProps {
  /** null: nothing is shown yet. */
  at: Date | null;
  zone: Zone;
  refreshing: boolean;
  refresh: () => void;
}

/** Of which moment the figures on screen are, and the way to newer ones. */
export const AsOf = ({ at, zone, refreshing, refresh }: AsOfProps) => (
  <Group gap={4} wrap="nowrap" ml="auto" c="dimmed">
    {at !== null && (
      <span className="tabular">
        As of{' '}
        <time dateTime={at.toISOString()} title={exactTime(at)}>
          {secondsTime(at, zone)}
        </time>
      </span>
    )}
    <Tooltip label="Refresh">
      <ActionIcon aria-label="Refresh" onClick={refresh} loading={refreshing}>
        <IconRefresh size={16} />
      </ActionIcon>
    </Tooltip>
  </Group>
);
