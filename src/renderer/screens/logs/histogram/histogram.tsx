import { useMemo } from 'react';
import type { LogOverview } from '../../../../features/logs/contract.ts';
import { timeTicks } from '../../../charts/time-axis.ts';
import { count } from '../../../ui/format.ts';
import type { Zone } from '../../../ui/zone.ts';
import { BarTip } from './bar-tip.tsx';
import { barsWords } from './bar-words.ts';
import { Bars } from './bars.tsx';
import classes from './histogram.module.css';
import { barsOf, roundUp, spanOf, totalOf } from './scale.ts';
import { useBrush } from './use-brush.ts';

const MOST_LABELS = 9;
/** What of the whole axis a label takes at most. */
const LABEL_SHARE = 0.05;

interface HistogramProps {
  overview: Pick<LogOverview, 'bars' | 'complete' | 'countedTo'>;
  zone: Zone;
  /** It is of the question before. */
  stale: boolean;
  /** A stretch was chosen. */
  onZoom: (from: Date, to: Date) => void;
}

/** Requests over time, by outcome. Dragging chooses a stretch of it; so do the arrow keys with Shift, and Enter. */
export function Histogram({ overview, zone, stale, onZoom }: HistogramProps) {
  const { bars, complete, countedTo } = overview;
  const { selection, place, shown, handlers } = useBrush(bars, onZoom);
  const highest = useMemo(() => roundUp(Math.max(1, ...bars.map(totalOf))), [bars]);
  const ticks = useMemo(() => {
    const starts = bars.map(({ start }) => start.getTime());
    const last = starts.at(-1) ?? 0;
    const room = (last - (starts[0] ?? 0)) * LABEL_SHARE;
    // A label that would be cut off at the end says nothing.
    return timeTicks(starts, zone, MOST_LABELS).filter(({ index }) => (starts[index] ?? 0) <= last - room);
  }, [bars, zone]);
  const start = bars[0]?.start.getTime() ?? 0;
  const length = Math.max(1, (bars.at(-1)?.end.getTime() ?? 1) - start);
  const share = (time: Date) => Math.max(0, Math.min(1, (time.getTime() - start) / length));
  const across = (from: Date, to: Date) => ({
    left: `${share(from) * 100}%`,
    width: `${(share(to) - share(from)) * 100}%`,
  });
  const span = selection === null ? null : spanOf(bars, selection);
  const bar = shown === null ? undefined : bars[shown];
  return (
    <div className={classes.histogram} data-stale={stale || undefined}>
      {bars.length > 0 && (
        <span className={`tabular ${classes.highest}`} aria-hidden>
          {count(highest)}
        </span>
      )}
      <div
        className={classes.plot}
        role="slider"
        tabIndex={0}
        aria-label="Requests over time: the arrow keys move, with Shift they choose, Enter zooms in"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, bars.length - 1)}
        aria-valuenow={Math.max(0, place.head)}
        aria-valuetext={barsWords(selection === null ? [] : barsOf(bars, selection), zone)}
        {...handlers}
      >
        <Bars bars={bars} highest={highest} />
        {!complete && (
          <span
            className={classes.uncounted}
            style={{ width: `${share(countedTo) * 100}%` }}
            title="Not counted yet"
          />
        )}
        {span !== null && <span className={classes.selection} style={across(span.from, span.to)} />}
        {bar !== undefined && <span className={classes.cursor} style={across(bar.start, bar.end)} />}
      </div>
      <div className={classes.axis} aria-hidden>
        {ticks.map(({ index, label }) => (
          <span key={index} style={{ left: `${share(new Date(bars[index]?.start ?? start)) * 100}%` }}>
            {label}
          </span>
        ))}
      </div>
      {bar !== undefined && (
        <BarTip
          bar={bar}
          zone={zone}
          at={(share(bar.start) + share(bar.end)) / 2}
          open={!complete && bar.start < countedTo}
        />
      )}
    </div>
  );
}
