import { memo } from 'react';
import { OUTCOMES } from '../../../../base/reasons.ts';
import { outcomeVariable } from '../../../charts/palette.ts';
import classes from './histogram.module.css';
import type { Bar } from './scale.ts';

/** In these units the drawing is wide and high; it is stretched to its place. */
const WIDTH = 1_000;
const HEIGHT = 100;
/** Between two bars. */
const SEAM = 0.8;
/** What is there is seen, however few they are. */
const LEAST = 1.5;

/** The bars, each stacked by outcome from the bottom up, on an axis of time. */
export const Bars = memo(function Bars({ bars, highest }: { bars: readonly Bar[]; highest: number }) {
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined) return null;
  const start = first.start.getTime();
  const length = Math.max(1, last.end.getTime() - start);
  const x = (time: Date) => ((time.getTime() - start) / length) * WIDTH;
  return (
    <svg
      className={classes.bars}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {bars.map((bar) => {
        const [left, right] = [x(bar.start), x(bar.end)];
        let top = HEIGHT;
        return OUTCOMES.map((outcome) => {
          const count = bar.byOutcome[outcome];
          if (count === 0) return null;
          const height = Math.max(LEAST, (count / highest) * HEIGHT);
          top -= height;
          return (
            <rect
              key={`${bar.start.getTime()} ${outcome}`}
              x={left}
              y={top}
              width={Math.max(0.5, right - left - SEAM)}
              height={height}
              fill={`var(${outcomeVariable(outcome)})`}
            />
          );
        });
      })}
    </svg>
  );
});
