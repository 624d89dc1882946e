import { Button, Progress } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useDelayed } from '../../ui/use-delayed.ts';
import { dayAndSeconds, type Zone } from '../../ui/zone.ts';
import classes from './logs.module.css';

/** A search that is quicker than that is not spoken of. */
const SPOKEN_OF_MS = 300;

interface SearchProgressProps {
  /** More rows are looked for. */
  searching: boolean;
  stopped: boolean;
  searchedTo: Date | null;
  /** Where the search begins and ends, the later first unless the oldest rows come first; null: nobody knows. */
  between: { start: Date; end: Date } | null;
  zone: Zone;
  onStop: () => void;
  onGoOn: () => void;
}

/** How far a search has come that reads the rows, and the way to stop it. */
export function SearchProgress(props: SearchProgressProps) {
  const { searching, stopped, searchedTo, between, zone, onStop, onGoOn } = props;
  const spoken = useDelayed(searching, SPOKEN_OF_MS);
  if (!spoken && !stopped) return null;
  const whole = between === null ? 0 : between.end.getTime() - between.start.getTime();
  const done =
    between === null || searchedTo === null || whole === 0
      ? null
      : Math.max(0, Math.min(1, (searchedTo.getTime() - between.start.getTime()) / whole));
  const back = whole > 0 ? 'on' : 'back';
  return (
    <span className={classes.searching} role="status">
      <span className="tabular">
        {searchedTo === null
          ? stopped
            ? 'Stopped'
            : 'Searching…'
          : `Searched ${back} to ${dayAndSeconds(searchedTo, zone)}${stopped ? '' : '…'}`}
      </span>
      {done !== null && (
        <Progress className={classes.searchBar} size="xs" value={done * 100} aria-label="Searched" />
      )}
      {stopped ? (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlayerPlay size={13} />}
          onClick={onGoOn}
        >
          Go on
        </Button>
      ) : (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlayerStop size={13} />}
          onClick={onStop}
        >
          Stop
        </Button>
      )}
    </span>
  );
}
