import { Table } from '@mantine/core';
import { useMemo } from 'react';
import type { UsageSummary } from '../../../features/usage/contract.ts';
import { pointWords, type TimePoints } from '../../charts/chart-options.ts';
import { ChartPanel } from '../../charts/chart-panel.tsx';
import { DurationChart } from '../../charts/duration-chart.tsx';
import { columnDuration, duration, exactDuration } from '../../charts/durations.ts';
import { perPoint } from '../../charts/time-axis.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { count } from '../../ui/format.ts';

interface DurationPanelProps {
  summary: UsageSummary;
  points: TimePoints;
  fileName: string;
  refreshing: boolean;
}

/** The average response time over time; where nothing was requested there is no average, and a gap. */
export function DurationPanel({ summary, points, fileName, refreshing }: DurationPanelProps) {
  const { series, averageMs } = summary;
  const averages = useMemo(() => series.map((point) => point.averageMs), [series]);
  const counts = useMemo(() => series.map((point) => point.count), [series]);
  const per = perPoint(summary.seriesMinutes);
  const overall = averageMs === null ? 'no requests' : `${duration(averageMs)} over the whole range`;
  return (
    <ChartPanel
      title="Average response time"
      about={`Milliseconds from arrival to answer, ${per}`}
      chart={
        <DurationChart
          label={`Average response time ${per}: ${overall}. The table has every figure.`}
          points={points}
          averages={averages}
          counts={counts}
        />
      }
      table={
        <DataTable
          label={`Average response time ${per}`}
          maxHeight="248px"
          minWidth={380}
          head={
            <>
              <Table.Th>Period</Table.Th>
              <Table.Th ta="right">Average</Table.Th>
              <Table.Th ta="right">Requests</Table.Th>
            </>
          }
        >
          {series.map((point, index) => (
            <Table.Tr key={point.start.getTime()}>
              <Table.Td>{pointWords(points, index)}</Table.Td>
              <Table.Td
                ta="right"
                title={point.averageMs === null ? undefined : exactDuration(point.averageMs)}
              >
                {point.averageMs === null ? (
                  <span className="dimmed">none</span>
                ) : (
                  columnDuration(point.averageMs)
                )}
              </Table.Td>
              <Table.Td ta="right">{count(point.count)}</Table.Td>
            </Table.Tr>
          ))}
        </DataTable>
      }
      csv={{
        columns: ['Start (UTC)', 'Average response time (ms)', 'Requests'],
        rows: series.map((point) => [point.start, point.averageMs, point.count]),
      }}
      fileName={`response-time-${fileName}`}
      refreshing={refreshing}
    />
  );
}
