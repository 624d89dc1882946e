import { Skeleton } from '@mantine/core';
import { count, counted } from '../../ui/format.ts';
import classes from './tokens.module.css';

const HOURS = 24;
const BAR = 2;
const GAP = 1;
const HEIGHT = 18;
const WIDTH = HOURS * (BAR + GAP) - GAP;

/** The last 24 hours, a bar an hour (oldest first), and their sum. */
export function Sparkline({ counts, loading }: { counts: number[] | undefined; loading: boolean }) {
  if (loading) {
    return (
      <div className={classes.spark}>
        <Skeleton width={WIDTH + 32} height={12} />
      </div>
    );
  }
  if (counts === undefined) return <div className={`${classes.spark} dimmed`}>none</div>;
  const highest = Math.max(...counts, 1);
  const total = counts.reduce((sum, value) => sum + value, 0);
  return (
    <div className={classes.spark}>
      <span className="tabular">{count(total)}</span>
      <svg
        width={WIDTH}
        height={HEIGHT}
        role="img"
        aria-label={`${counted(total, 'request')} in 24 hours, at most ${count(highest)} in an hour`}
      >
        {counts.map((value, hour) => {
          const height = value === 0 ? 1 : Math.max(2, (value / highest) * HEIGHT);
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: the index is the hour
              key={hour}
              x={hour * (BAR + GAP)}
              y={HEIGHT - height}
              width={BAR}
              height={height}
              fill={value === 0 ? 'var(--gh-line)' : 'var(--mantine-color-harbour-5)'}
            />
          );
        })}
      </svg>
    </div>
  );
}
