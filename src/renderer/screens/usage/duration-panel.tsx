import { useCallback, useMemo, useState } from 'react';
import type { UsageSummary } from '../../../features/usage/contract.ts';
import type { OnBrush } from '../../charts/brush-area.tsx';
import type { TimePoints } from '../../charts/chart-options.ts';
import { ChartPanel } from '../../charts/chart-panel.tsx';
import { DurationChart } from '../../charts/duration-chart.tsx';
import { DurationLegend } from '../../charts/duration-legend.tsx';
import { type DurationKey, durationLines } from '../../charts/duration-lines.ts';
import { duration } from '../../charts/durations.ts';
import { perPoint } from '../../charts/time-axis.ts';
import { DurationTable } from './duration-table.tsx';

interface DurationPanelProps {
  summary: UsageSummary;
  points: TimePoints;
  fileName: string;
  refreshing: boolean;
  onBrush: OnBrush;
}

const errorWords = (error: number) => `${(error * 100).toLocaleString('en')} %`;

/** Response times over time: the average and percentiles. Where nothing was requested there is a gap. */
export function DurationPanel({ summary, points, fileName, refreshing, onBrush }: DurationPanelProps) {
  const { series, averageMs, p95Ms, percentileError, previous } = summary;
  const [shown, setShown] = useState<ReadonlySet<DurationKey>>(
    () => new Set(durationLines.map(({ key }) => key)),
  );
  const toggle = useCallback(
    (key: DurationKey) =>
      setShown((now) => {
        const next = new Set(now);
        if (!next.delete(key)) next.add(key);
        return next;
      }),
    [],
  );
  const counts = useMemo(() => series.map((point) => point.count), [series]);
  const before = useMemo(() => previous?.series.map((point) => point.averageMs), [previous]);
  const per = perPoint(summary.seriesMinutes);
  const overall =
    averageMs === null
      ? 'no requests'
      : `${duration(averageMs)} on average over the whole range${p95Ms === null ? '' : `, p95 ${duration(p95Ms)}`}`;
  return (
    <ChartPanel
      title="Response time"
      about={`Milliseconds from arrival to answer, ${per}; percentiles at most ${errorWords(percentileError)} off`}
      legend={<DurationLegend shown={shown} onToggle={toggle} before={before !== undefined} />}
      chart={
        <DurationChart
          label={`Response time ${per}: ${overall}. The table has every figure.`}
          points={points}
          durations={series}
          counts={counts}
          shown={shown}
          before={before}
          onBrush={onBrush}
        />
      }
      table={<DurationTable summary={summary} points={points} label={`Response time ${per}`} />}
      csv={{
        columns: [
          'Start (UTC)',
          'End (UTC)',
          ...durationLines.map(({ word }) => `${word} (ms)`),
          'Requests',
          ...(previous ? durationLines.map(({ word }) => `${word} in the period before (ms)`) : []),
        ],
        rows: series.map((point, at) => [
          point.start,
          point.end,
          ...durationLines.map(({ key }) => point[key]),
          point.count,
          ...(previous ? durationLines.map(({ key }) => previous.series[at]?.[key] ?? null) : []),
        ]),
      }}
      fileName={`response-time-${fileName}`}
      refreshing={refreshing}
    />
  );
}
