import { Button, Group, Progress, Stack } from '@mantine/core';
import { count, counted } from '../../../ui/format.ts';
import { bytes } from '../bytes.ts';
import { timeLeft } from './progress.ts';

interface ExportGoingProps {
  rows: number;
  /** null: nobody knows. */
  total: number | null;
  size: number;
  /** Rows a second; null: nothing has come yet. */
  perSecond: number | null;
  onCancel: () => void;
}

/** How far an export is, how fast, and how long it will take; and the way to end it. */
export function ExportGoing({ rows, total, size, perSecond, onCancel }: ExportGoingProps) {
  const left = timeLeft(rows, total, perSecond);
  return (
    <Stack gap={6}>
      <span className="tabular">
        {total === null ? counted(rows, 'request') : `${count(rows)} of ${counted(total, 'request')}`},{' '}
        {bytes(size)}
      </span>
      {total !== null && (
        <Progress
          size="xs"
          value={total === 0 ? 100 : Math.min(100, (rows / total) * 100)}
          aria-label="Exported"
        />
      )}
      <Group justify="space-between" wrap="nowrap">
        <span className="dimmed tabular">
          {perSecond !== null && `${count(Math.round(perSecond))} rows/s`}
          {left !== null && `, ${left}`}
        </span>
        <Button size="compact-sm" variant="default" onClick={onCancel}>
          Cancel
        </Button>
      </Group>
    </Stack>
  );
}
