import './setup.ts';
import type { ChartData, ChartOptions } from 'chart.js';
import { useMemo } from 'react';
import { Line } from 'react-chartjs-2';
import { counted } from '../ui/format.ts';
import { type TimePoints, timeChartOptions } from './chart-options.ts';
import { exactDuration } from './durations.ts';
import { chartColours } from './palette.ts';
import { useScheme } from './use-scheme.ts';

interface DurationChartProps {
  label: string;
  points: TimePoints;
  /** Milliseconds; null where nothing was requested, which stays a gap. */
  averages: (number | null)[];
  /** How many requests each average is of. */
  counts: number[];
}

const axisNumber = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

/** The average response time over time. */
export function DurationChart({ label, points, averages, counts }: DurationChartProps) {
  const scheme = useScheme();
  const { line } = chartColours[scheme];
  const data: ChartData<'line', (number | null)[]> = useMemo(
    () => ({
      labels: points.starts.map(Number),
      datasets: [
        {
          label: 'Average',
          data: averages,
          borderColor: line,
          backgroundColor: line,
          borderWidth: 1.5,
          spanGaps: false,
          // A point between two gaps has no line; it is drawn as a dot or would not be seen.
          pointRadius: averages.map((_, at) =>
            (averages[at - 1] ?? null) === null && (averages[at + 1] ?? null) === null ? 2.5 : 0,
          ),
          pointHoverRadius: 4,
          pointHitRadius: 12,
        },
      ],
    }),
    [points, averages, line],
  );
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
            label: ({ parsed }) => `Average: ${exactDuration(parsed.y ?? 0)}`,
            footer: ([item]) => `of ${counted(counts[item?.dataIndex ?? -1] ?? 0, 'request')}`,
          },
        },
      },
    };
  }, [points, scheme, counts]);
  return <Line role="img" aria-label={label} data={data} options={options} />;
}
