import './setup.ts';
import type { ActiveElement, ChartData, ChartEvent, ChartOptions } from 'chart.js';
import { useMemo } from 'react';
import { Bar } from 'react-chartjs-2';
import { OUTCOMES, type Outcome } from '../../base/reasons.ts';
import { count } from '../ui/format.ts';
import { type TimePoints, timeChartOptions, wholeTick } from './chart-options.ts';
import { chartColours, outcomeColours, outcomeWords } from './palette.ts';
import { useScheme } from './use-scheme.ts';

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
        borderWidth: { top: 1, right: 0, bottom: 0, left: 0 },
        categoryPercentage: 1,
        barPercentage: 0.84,
        maxBarThickness: 40,
        pointStyle: 'rect' as const,
      })),
    }),
    [points, counts, scheme],
  );
  const options: ChartOptions<'bar'> = useMemo(() => {
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
          filter: ({ parsed }) => (parsed.y ?? 0) > 0,
          itemSort: (a, b) => b.datasetIndex - a.datasetIndex,
          callbacks: {
            ...common.plugins.tooltip.callbacks,
            label: ({ dataset, parsed }) => `${dataset.label}: ${count(parsed.y ?? 0)}`,
            footer: (items) => {
              const total = items.reduce((sum, { parsed }) => sum + (parsed.y ?? 0), 0);
              return [`Total: ${count(total)}`, 'Click for the log of this time'];
            },
          },
        },
      },
    };
  }, [points, scheme, onPick]);
  return <Bar role="img" aria-label={label} data={data} options={options} />;
}
