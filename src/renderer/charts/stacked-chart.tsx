import './setup.ts';
import type { ActiveElement, Chart, ChartData, ChartEvent, ChartOptions, ScriptableContext } from 'chart.js';
import { useMemo, useRef } from 'react';
import { Chart as MixedChart } from 'react-chartjs-2';
import { count } from '../ui/format.ts';
import { BEFORE, beforeLine } from './before.tsx';
import { BrushArea, type OnBrush } from './brush-area.tsx';
import { type TimePoints, timeChartOptions, wholeTick } from './chart-options.ts';
import { chartColours, type Scheme } from './palette.ts';
import { useScheme } from './use-scheme.ts';

const SEAM_FROM_PX = 4;

const nothing = { backgroundColor: 'transparent', borderColor: 'transparent' };

/** A seam above each part of a bar, save those so flat that it would cover them. */
function seam({ chart, parsed }: ScriptableContext<'bar'>) {
  const { y } = chart.scales;
  // `parsed` is missing while the chart lays itself out.
  const value = (parsed as typeof parsed | undefined)?.y ?? 0;
  const height = y === undefined ? 0 : y.getPixelForValue(0) - y.getPixelForValue(value);
  return { top: height > SEAM_FROM_PX ? 1 : 0, right: 0, bottom: 0, left: 0 };
}

/** One part of each bar, from the bottom up. */
export interface StackedSeries {
  word: string;
  colours: Record<Scheme, string>;
  values: number[];
}

interface StackedChartProps {
  /** What it shows, for screen readers. */
  label: string;
  points: TimePoints;
  series: readonly StackedSeries[];
  /** Said of a point where there is nothing. */
  none: string;
  /** Lines below the parts of a point that has any. */
  footer: (index: number, total: number) => string[];
  /** A bar was clicked: its point, and which part of it where one was hit. */
  onPick?: (index: number, series: number | null) => void;
  /** The totals of the period before, point by point. */
  before?: number[] | undefined;
  /** A stretch of points was chosen. */
  onBrush?: OnBrush;
}

type Mixed = ChartData<'bar' | 'line', number[]>;

/** Numbers of requests over time, stacked. */
export function StackedChart(props: StackedChartProps) {
  const { label, points, series, none, footer, onPick, before, onBrush } = props;
  const scheme = useScheme();
  const chart = useRef<Chart<'bar' | 'line'>>(null);
  const data: Mixed = useMemo(() => {
    const bars: Mixed['datasets'] = series.map(({ word, colours, values }) => ({
      type: 'bar' as const,
      label: word,
      data: values,
      backgroundColor: colours[scheme],
      // A seam of the panel's colour, so that neighbours are told apart by more than colour.
      borderColor: chartColours[scheme].surface,
      borderWidth: seam,
      categoryPercentage: 1,
      barPercentage: 0.84,
      maxBarThickness: 40,
      pointStyle: 'rect' as const,
    }));
    const line = {
      type: 'line' as const,
      label: BEFORE,
      stack: BEFORE,
      order: -1,
      stepped: 'middle' as const,
      ...beforeLine(scheme),
    };
    return {
      labels: points.starts.map(Number),
      datasets: before === undefined ? bars : [...bars, { ...line, data: before }],
    };
  }, [points, series, scheme, before]);
  const options: ChartOptions<'bar' | 'line'> = useMemo(() => {
    const totals = points.starts.map((_, at) =>
      series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0),
    );
    const common = timeChartOptions(points, scheme, { unit: 'Requests', format: wholeTick, stacked: true });
    return {
      ...common,
      ...(onPick && {
        onClick: (event: ChartEvent, elements: ActiveElement[], chart) => {
          const point = elements[0]?.index;
          if (point === undefined || event.native === null) return;
          const [hit] = chart.getElementsAtEventForMode(event.native, 'point', { intersect: true }, false);
          onPick(point, hit?.datasetIndex ?? null);
        },
        onHover: (event: ChartEvent, elements: ActiveElement[]) => {
          const target = event.native?.target;
          if (target instanceof HTMLElement)
            target.style.cursor = elements.length > 0 ? 'pointer' : 'default';
        },
      }),
      plugins: {
        tooltip: {
          ...common.plugins.tooltip,
          // Where there was nothing, one line stays to say so: without any the tooltip would lose its time.
          filter: ({ parsed, datasetIndex, dataIndex }) =>
            (parsed.y ?? 0) > 0 ||
            datasetIndex === series.length ||
            (datasetIndex === 0 && totals[dataIndex] === 0),
          itemSort: (a, b) => b.datasetIndex - a.datasetIndex,
          callbacks: {
            ...common.plugins.tooltip.callbacks,
            labelColor: ({ datasetIndex, parsed }) => {
              const colour = series[datasetIndex]?.colours[scheme] ?? chartColours[scheme].dimmed;
              if ((parsed.y ?? 0) === 0) return nothing;
              return { backgroundColor: colour, borderColor: colour };
            },
            label: ({ dataset, datasetIndex, parsed }) =>
              (parsed.y ?? 0) === 0 && datasetIndex < series.length
                ? none
                : `${dataset.label}: ${count(parsed.y ?? 0)}`,
            footer: ([item]) => {
              const at = item?.dataIndex ?? -1;
              const total = totals[at] ?? 0;
              return total === 0 ? [] : footer(at, total);
            },
          },
        },
      },
    };
  }, [points, series, scheme, none, footer, onPick]);
  const drawn = (
    <MixedChart ref={chart} type="bar" role="img" aria-label={label} data={data} options={options} />
  );
  return onBrush === undefined ? (
    drawn
  ) : (
    <BrushArea chart={chart} points={points} wide onBrush={onBrush}>
      {drawn}
    </BrushArea>
  );
}
