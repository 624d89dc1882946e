import { Table } from '@mantine/core';
import { useCallback, useMemo } from 'react';
import { Link, useNavigate } from 'react-router';
import { OUTCOMES, type Outcome } from '../../../base/reasons.ts';
import type { UsageSummary } from '../../../features/usage/contract.ts';
import type { OnBrush } from '../../charts/brush-area.tsx';
import { endOf, pointWords, type TimePoints } from '../../charts/chart-options.ts';
import { ChartPanel } from '../../charts/chart-panel.tsx';
import { OutcomeLegend } from '../../charts/legend.tsx';
import { outcomeWords } from '../../charts/palette.ts';
import { perPoint } from '../../charts/time-axis.ts';
import { VolumeChart } from '../../charts/volume-chart.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { count, counted } from '../../ui/format.ts';
import type { LinkToLogs } from './link-to-logs.ts';
import classes from './usage.module.css';

interface VolumePanelProps {
  summary: UsageSummary;
  points: TimePoints;
  linkToLogs: LinkToLogs;
  fileName: string;
  refreshing: boolean;
  onBrush: OnBrush;
}

/** Requests over time, stacked by outcome; a bar leads to its requests. */
export function VolumePanel({
  summary,
  points,
  linkToLogs,
  fileName,
  refreshing,
  onBrush,
}: VolumePanelProps) {
  const navigate = useNavigate();
  const { series, previous } = summary;
  const before = useMemo(() => previous?.series.map((point) => point.count), [previous]);
  const counts = useMemo(() => series.map(({ byOutcome }) => byOutcome), [series]);
  const logsOf = useCallback(
    (index: number, outcome: Outcome | null) => {
      const from = points.starts[index];
      const to = endOf(points, index);
      return linkToLogs({ ...(from && { from, to }), ...(outcome !== null && { outcome }) });
    },
    [points, linkToLogs],
  );
  const onPick = useCallback(
    (index: number, outcome: Outcome | null) => void navigate(logsOf(index, outcome)),
    [navigate, logsOf],
  );
  const per = perPoint(summary.seriesMinutes);
  return (
    <ChartPanel
      title="Request volume"
      about={`Requests ${per}, by how they were answered`}
      legend={<OutcomeLegend counts={summary.byOutcome} before={previous?.total} />}
      chart={
        <VolumeChart
          label={`Requests ${per}: ${counted(summary.total, 'request')} in all. The table has every figure.`}
          points={points}
          counts={counts}
          onPick={onPick}
          before={before}
          onBrush={onBrush}
        />
      }
      table={
        <DataTable
          label={`Requests ${per}`}
          maxHeight="248px"
          head={
            <>
              <Table.Th>Period</Table.Th>
              <Table.Th ta="right">Requests</Table.Th>
              {before && <Table.Th ta="right">Before</Table.Th>}
              {OUTCOMES.map((outcome) => (
                <Table.Th key={outcome} ta="right">
                  {outcomeWords[outcome]}
                </Table.Th>
              ))}
            </>
          }
        >
          {series.map((point, index) => (
            <Table.Tr key={point.start.getTime()}>
              <Table.Td>
                <Link className={classes.rowLink} to={logsOf(index, null)}>
                  {pointWords(points, index)}
                </Link>
              </Table.Td>
              <Table.Td ta="right">{count(point.count)}</Table.Td>
              {before && <Table.Td ta="right">{count(before[index] ?? 0)}</Table.Td>}
              {OUTCOMES.map((outcome) => (
                <Table.Td key={outcome} ta="right">
                  {count(point.byOutcome[outcome])}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </DataTable>
      }
      csv={{
        columns: [
          'Start (UTC)',
          'End (UTC)',
          'Requests',
          ...OUTCOMES.map((outcome) => outcomeWords[outcome]),
          ...(before ? ['Requests in the period before'] : []),
        ],
        rows: series.map((point, index) => [
          point.start,
          point.end,
          point.count,
          ...OUTCOMES.map((outcome) => point.byOutcome[outcome]),
          ...(before ? [before[index] ?? 0] : []),
        ]),
      }}
      fileName={`volume-${fileName}`}
      refreshing={refreshing}
    />
  );
}
