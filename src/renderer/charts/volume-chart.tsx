import './setup.ts';
import type { ActiveElement, ChartData, ChartEvent, ChartOptions, ScriptableContext } from 'chart.js';
import { useMemo } from 'react';
import { Bar } from 'react-chartjs-2';
import { OUTCOMES, type Outcome } from '../../base/reasons.ts';
import { count } from '../ui/format.ts';
import { type TimePoints, timeChartOptions, wholeTick } from './chart-options.ts';
import { chartColours, outcomeColours, outcomeWords } from './palette.ts';
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

interface VolumeChartProps {
  /** What it shows, for screen readers. */
  label: string;
  points: TimePoints;
  counts: Record<Outcome, number>[];
  /** A bar was clicked: its point, and the outcome where a part of the bar was hit. */
  onPick: (index: number, outcome: Outcome | null) => void;
}

/** Requests over time, stacked by outcome. */
export function VolumeChart({ label, points, counts, onPick }: VolumeChartProps) {
  const scheme = useScheme();
  const data: ChartData<'bar'> = useMemo(
    () => ({
      labels: points.starts.map(Number),
      datasets: OUTCOMES.map((outcome) => ({
        label: outcomeWords[outcome],
        data: counts.map((byOutcome) => byOutcome[outcome]),
        backgroundColor: outcomeColours[scheme][outcome],
        // A seam of the panel's colour, so that neighbours are told apart by more than colour.
        borderColor: chartColours[scheme].surface,
        borderWidth: seam,
        categoryPercentage: 1,
        barPercentage: 0.84,
        maxBarThickness: 40,
        pointStyle: 'rect' as const,
      })),
    }),
    [points, counts, scheme],
  );
  const options: ChartOptions<'bar'> = useMemo(() => {
    const totals = counts.map((byOutcome) => OUTCOMES.reduce((sum, outcome) => sum + byOutcome[outcome], 0));
    const common = timeChartOptions(points, scheme, { unit: 'Requests', format: wholeTick, stacked: true });
    return {
      ...common,
      onClick: (event: ChartEvent, elements: ActiveElement[], chart) => {
        const point = elements[0]?.index;
        if (point === undefined || event.native === null) return;
        const [hit] = chart.getElementsAtEventForMode(event.native, 'point', { intersect: true }, false);
        onPick(point, OUTCOMES[hit?.datasetIndex ?? -1] ?? null);
      },
      onHover: (event: ChartEvent, elements: ActiveElement[]) => {
        const target = event.native?.target;
        if (target instanceof HTMLElement) target.style.cursor = elements.length > 0 ? 'pointer' : 'default';
      },
      plugins: {
        tooltip: {
          ...common.plugins.tooltip,
          // Where there was nothing, one line stays to say so: without any the tooltip would lose its time.
          filter: ({ parsed, datasetIndex, dataIndex }) =>
            (parsed.y ?? 0) > 0 || (datasetIndex === 0 && totals[dataIndex] === 0),
          itemSort: (a, b) => b.datasetIndex - a.datasetIndex,
          callbacks: {
            ...common.plugins.tooltip.callbacks,
            labelColor: ({ datasetIndex, parsed }) => {
              if ((parsed.y ?? 0) === 0) return nothing;
              const colour = outcomeColours[scheme][OUTCOMES[datasetIndex] ?? 'admitted'];
              return { backgroundColor: colour, borderColor: colour };
            },
            label: ({ dataset, parsed }) =>
              (parsed.y ?? 0) === 0 ? 'No requests' : `${dataset.label}: ${count(parsed.y ?? 0)}`,
            footer: (items) => {
              const total = items.reduce((sum, { parsed }) => sum + (parsed.y ?? 0), 0);
              return total === 0 ? [] : [`Total: ${count(total)}`, 'Click for the log of this time'];
            },
          },
        },
      },
    };
  }, [points, counts, scheme, onPick]);
  return <Bar role="img" aria-label={label} data={data} options={options} />;
}
