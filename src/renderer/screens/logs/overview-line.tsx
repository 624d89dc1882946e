import { Button, Tooltip } from '@mantine/core';
import { IconZoomOut } from '@tabler/icons-react';
import { OUTCOMES, type Outcome } from '../../../base/reasons.ts';
import type { LogOverview } from '../../../features/logs/contract.ts';
import { OutcomeMark } from '../../charts/outcome-mark.tsx';
import { outcomeMeanings, outcomeWords } from '../../charts/palette.ts';
import { count } from '../../ui/format.ts';
import { useDelayed } from '../../ui/use-delayed.ts';
import { dayAndSeconds, type Zone } from '../../ui/zone.ts';
import classes from './logs.module.css';

/** Counting that is quicker than that is not spoken of. */
const SPOKEN_OF_MS = 1_000;

interface OverviewLineProps {
  overview: LogOverview | undefined;
  /** It is being counted; stopped, it can go on. */
  counting: boolean;
  onStop: () => void;
  onGoOn: () => void;
  zone: Zone;
  onOutcome: (outcome: Outcome) => void;
  /** Absent where the range is as wide as can be. */
  onZoomOut: (() => void) | undefined;
}

/** How many rows there are, exactly or so far, and what came of them. */
export function OverviewLine(props: OverviewLineProps) {
  const { overview, counting, onStop, onGoOn, zone, onOutcome, onZoomOut } = props;
  const late = useDelayed(counting, SPOKEN_OF_MS);
  const open = overview !== undefined && !overview.complete;
  return (
    <div className={classes.overviewLine}>
      <span role="status" className={`tabular ${classes.total}`}>
        {overview !== undefined && <Total overview={overview} zone={zone} />}
      </span>
      {open && (late || !counting) && (
        <Button size="compact-sm" variant="default" onClick={counting ? onStop : onGoOn}>
          {counting ? 'Stop counting' : 'Count on'}
        </Button>
      )}
      <ul className={classes.outcomes} aria-label="Outcomes">
        {OUTCOMES.filter((outcome) => (overview?.byOutcome[outcome] ?? 0) > 0).map((outcome) => (
          <li key={outcome}>
            <Tooltip label={`${outcomeMeanings[outcome]}. Show only these.`}>
              <button type="button" className={classes.outcome} onClick={() => onOutcome(outcome)}>
                <OutcomeMark outcome={outcome} />
                {outcomeWords[outcome]}
                <span className="dimmed tabular">{count(overview?.byOutcome[outcome] ?? 0)}</span>
              </button>
            </Tooltip>
          </li>
        ))}
      </ul>
      {onZoomOut !== undefined && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconZoomOut size={14} />}
          onClick={onZoomOut}
        >
          Zoom out
        </Button>
      )}
    </div>
  );
}

function Total({ overview: { total, complete, countedTo }, zone }: { overview: LogOverview; zone: Zone }) {
  if (complete) return `${count(total)} ${total === 1 ? 'request' : 'requests'}`;
  return (
    <>
      at least {count(total)} requests
      <span className={classes.counting}>, counted back to {dayAndSeconds(countedTo, zone)}</span>
    </>
  );
}
