import type { ChartOptions, TooltipItem } from 'chart.js';
import { count } from '../ui/format.ts';
import { clockTime, longDay, type Zone } from '../ui/zone.ts';
import { chartColours, type Scheme } from './palette.ts';
import { timeTicks } from './time-axis.ts';

const MOST_LABELS = 9;

/** The points under a time chart: each goes from its start to that of the next. */
export interface TimePoints {
  starts: Date[];
  /** Exclusive end of the last point. */
  end: Date;
  zone: Zone;
}

/** Where a point ends, exclusive. */
export const endOf = ({ starts, end }: TimePoints, index: number): Date => starts[index + 1] ?? end;

/** "Tue 24 Nov 2026, 14:00 – 14:15", and that it is not over where it is not. */
export function pointWords(points: TimePoints, index: number): string {
  const { starts, zone } = points;
  const start = starts[index];
  if (start === undefined) return '';
  const until = endOf(points, index);
  const sameDay = longDay(start, zone) === longDay(new Date(until.getTime() - 1), zone);
  const last = sameDay ? clockTime(until, zone) : `${longDay(until, zone)}, ${clockTime(until, zone)}`;
  const running = until.getTime() > Date.now() ? ' (not over)' : '';
  return `${longDay(start, zone)}, ${clockTime(start, zone)} – ${last}${running}`;
}

/** What every chart over time has in common. Nothing moves when new figures come. */
export function timeChartOptions(
  points: TimePoints,
  scheme: Scheme,
  axis: { unit: string; format: (value: number) => string; stacked: boolean },
) {
  const colours = chartColours[scheme];
  const ticks = timeTicks(
    points.starts.map((start) => start.getTime()),
    points.zone,
    MOST_LABELS,
  );
  const labels = new Map(ticks.map(({ index, label }) => [index, label]));
  return {
    animation: false,
    maintainAspectRatio: false,
    interaction: { mode: 'index', intersect: false },
    scales: {
      x: {
        stacked: axis.stacked,
        border: { color: colours.grid },
        grid: { display: false },
        ticks: {
          color: colours.dimmed,
          autoSkip: false,
          maxRotation: 0,
          callback: (_value: unknown, index: number) => labels.get(index) ?? null,
        },
      },
      y: {
        stacked: axis.stacked,
        beginAtZero: true,
        border: { display: false },
        grid: { color: colours.grid },
        title: { display: true, text: axis.unit, color: colours.dimmed, font: { size: 12 } },
        ticks: {
          color: colours.dimmed,
          maxTicksLimit: 5,
          callback: (value: string | number) => axis.format(Number(value)),
        },
      },
    },
    plugins: {
      tooltip: {
        backgroundColor: scheme === 'dark' ? '#2a2e35' : '#1c1f23',
        titleFont: { weight: 600 },
        footerFont: { weight: 400 },
        padding: 10,
        boxPadding: 6,
        usePointStyle: true,
        multiKeyBackground: 'transparent',
        callbacks: {
          title: ([item]: TooltipItem<'bar' | 'line'>[]) => pointWords(points, item?.dataIndex ?? -1),
        },
      },
    },
  } satisfies ChartOptions<'bar'> & ChartOptions<'line'>;
}

/** "1,234" on an axis; nothing between whole numbers. */
export const wholeTick = (value: number): string => (Number.isInteger(value) ? count(value) : '');
