import { useCallback, useMemo } from 'react';
import { OUTCOMES, type Outcome } from '../../base/reasons.ts';
import { count } from '../ui/format.ts';
import type { OnBrush } from './brush-area.tsx';
import type { TimePoints } from './chart-options.ts';
import { outcomeColours, outcomeWords } from './palette.ts';
import { StackedChart } from './stacked-chart.tsx';

interface VolumeChartProps {
  /** What it shows, for screen readers. */
  label: string;
  points: TimePoints;
  counts: Record<Outcome, number>[];
  /** A bar was clicked: its point, and the outcome where a part of the bar was hit. */
  onPick: (index: number, outcome: Outcome | null) => void;
  /** The totals of the period before, point by point. */
  before: number[] | undefined;
  onBrush: OnBrush;
}

const footer = (_index: number, total: number) => [
  `Total: ${count(total)}`,
  'Click for the log of this time, drag for more',
];

/** Requests over time, stacked by outcome. */
export function VolumeChart({ label, points, counts, onPick, before, onBrush }: VolumeChartProps) {
  const series = useMemo(
    () =>
      OUTCOMES.map((outcome) => ({
        word: outcomeWords[outcome],
        colours: { light: outcomeColours.light[outcome], dark: outcomeColours.dark[outcome] },
        values: counts.map((byOutcome) => byOutcome[outcome]),
      })),
    [counts],
  );
  const pick = useCallback(
    (index: number, hit: number | null) => onPick(index, OUTCOMES[hit ?? -1] ?? null),
    [onPick],
  );
  return (
    <StackedChart
      label={label}
      points={points}
      series={series}
      none="No requests"
      footer={footer}
      onPick={pick}
      before={before}
      onBrush={onBrush}
    />
  );
}
