import './setup.ts';
import type { Chart, ChartData, ChartOptions } from 'chart.js';
import { useMemo, useRef } from 'react';
import { Line } from 'react-chartjs-2';
import { counted } from '../ui/format.ts';
import { BEFORE, beforeLine } from './before.tsx';
import { BrushArea, type OnBrush } from './brush-area.tsx';
import { type TimePoints, timeChartOptions } from './chart-options.ts';
import { type DurationKey, type Durations, durationColour, durationLines } from './duration-lines.ts';
import { exactDuration } from './durations.ts';
import { useScheme } from './use-scheme.ts';

interface DurationChartProps {
  label: string;
  points: TimePoints;
  /** What is known of each point; where nothing was requested there is a gap. */
  durations: Durations[];
  /** How many requests that is of. */
  counts: number[];
  shown: ReadonlySet<DurationKey>;
  /** The averages of the period before, point by point. */
  before: (number | null)[] | undefined;
  onBrush: OnBrush;
}

const axisNumber = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

/** A point between two gaps has no line; it is drawn as a dot or would not be seen. */
const lonely = (values: readonly (number | null)[]) =>
  values.map((_, at) => ((values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null ? 2.5 : 0));

/** Response times over time. */
export function DurationChart(props: DurationChartProps) {
  const { label, points, durations, counts, shown, before, onBrush } = props;
  const scheme = useScheme();
  const chart = useRef<Chart<'line', (number | null)[]>>(null);
  const data: ChartData<'line', (number | null)[]> = useMemo(() => {
    const lines = durationLines
      .filter(({ key }) => shown.has(key))
      .map(({ key, word, dash }) => {
        const values = durations.map((point) => point[key]);
        const colour = durationColour(scheme, key);
        return {
          label: word,
          data: values,
          borderColor: colour,
          backgroundColor: colour,
          borderWidth: 1.5,
          borderDash: [...dash],
          spanGaps: false,
          pointRadius: lonely(values),
          pointHoverRadius: 4,
          pointHitRadius: 12,
        };
      });
    const line = before && { label: `${BEFORE}, average`, data: before, ...beforeLine(scheme) };
    return { labels: points.starts.map(Number), datasets: line ? [...lines, line] : lines };
  }, [points, durations, shown, before, scheme]);
  const options: ChartOptions<'line'> = useMemo(() => {
    const format = (value: number) => axisNumber.format(value);
    const common = timeChartOptions(points, scheme, { unit: 'Milliseconds', format, stacked: false });
    return {
      ...common,
      plugins: {
        tooltip: {
          ...common.plugins.tooltip,
          callbacks: {
            ...common.plugins.tooltip.callbacks,
            label: ({ dataset, parsed }) => `${dataset.label}: ${exactDuration(parsed.y ?? 0)}`,
            footer: ([item]) => [
              `of ${counted(counts[item?.dataIndex ?? -1] ?? 0, 'request')}`,
              'Drag for the log of a time',
            ],
          },
        },
      },
    };
  }, [points, scheme, counts]);
  return (
    <BrushArea chart={chart} points={points} wide={false} onBrush={onBrush}>
      <Line ref={chart} role="img" aria-label={label} data={data} options={options} />
    </BrushArea>
  );
}
