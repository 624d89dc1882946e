import { Table } from '@mantine/core';
import { columnDuration, exactDuration } from '../../charts/durations.ts';

interface MillisecondsProps {
  value: number | null;
  /** How many requests it is of. */
  of: number;
}

/** A cell with a duration. Of requests that earlier releases counted no percentile is known. */
export const Milliseconds = ({ value, of }: MillisecondsProps) =>
  value === null ? (
    <Table.Td ta="right">
      <span className="dimmed">{of === 0 ? 'none' : 'not known'}</span>
    </Table.Td>
  ) : (
    <Table.Td ta="right" title={exactDuration(value)}>
      {columnDuration(value)}
    </Table.Td>
  );
