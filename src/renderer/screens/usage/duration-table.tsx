import { Table } from '@mantine/core';
import type { UsageSummary } from '../../../features/usage/contract.ts';
import { pointWords, type TimePoints } from '../../charts/chart-options.ts';
import { durationLines } from '../../charts/duration-lines.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { count } from '../../ui/format.ts';
import { Milliseconds } from './milliseconds.tsx';

interface DurationTableProps {
  summary: UsageSummary;
  points: TimePoints;
  label: string;
}

/** The figures of the response times' chart. */
export function DurationTable({ summary: { series, previous }, points, label }: DurationTableProps) {
  return (
    <DataTable
      label={label}
      maxHeight="248px"
      minWidth={previous ? 660 : 560}
      head={
        <>
          <Table.Th>Period</Table.Th>
          {durationLines.map(({ key, word }) => (
            <Table.Th key={key} ta="right">
              {word}
            </Table.Th>
          ))}
          {previous && <Table.Th ta="right">Average before</Table.Th>}
          <Table.Th ta="right">Requests</Table.Th>
        </>
      }
    >
      {series.map((point, index) => (
        <Table.Tr key={point.start.getTime()}>
          <Table.Td>{pointWords(points, index)}</Table.Td>
          {durationLines.map(({ key }) => (
            <Milliseconds key={key} value={point[key]} of={point.count} />
          ))}
          {previous && (
            <Milliseconds
              value={previous.series[index]?.averageMs ?? null}
              of={previous.series[index]?.count ?? 0}
            />
          )}
          <Table.Td ta="right">{count(point.count)}</Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}
