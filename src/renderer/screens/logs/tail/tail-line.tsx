import { Button } from '@mantine/core';
import { IconAlertTriangle, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { explain } from '../../../ui/fault-texts.ts';
import { count, counted } from '../../../ui/format.ts';
import classes from '../logs.module.css';
import { MOST_ROWS, type TailSnapshot } from './tail-feed.ts';

interface TailLineProps {
  tail: TailSnapshot;
  onPause: () => void;
  /** To the newest, and on. */
  onResume: () => void;
}

/** How the live tail is: whether it runs, what waits while it is paused, and that its connection is lost. */
export function TailLine({
  tail: { state, cause, rows, paused, waiting },
  onPause,
  onResume,
}: TailLineProps) {
  return (
    <span className={classes.tailLine}>
      <span role="status" className={`tabular ${classes.tailState}`}>
        {state === 'lost' ? (
          <>
            <IconAlertTriangle size={14} aria-hidden />
            <span title={cause === null ? undefined : explain(cause, 'follow the log').meaning}>
              Connection lost, joining again…
            </span>
          </>
        ) : state === 'connecting' ? (
          'Joining…'
        ) : paused ? (
          'Paused'
        ) : (
          <>
            <span className={classes.pulse} aria-hidden />
            Live:{' '}
            {rows.length < MOST_ROWS
              ? counted(rows.length, 'request')
              : `the last ${count(MOST_ROWS)} requests`}
          </>
        )}
      </span>
      {paused ? (
        <Button
          size="compact-sm"
          leftSection={<IconPlayerPlay size={13} />}
          title="To the newest, and on"
          onClick={onResume}
        >
          {waiting === 0 ? 'Go on' : `${count(waiting)} new`}
        </Button>
      ) : (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlayerPause size={13} />}
          onClick={onPause}
        >
          Pause
        </Button>
      )}
    </span>
  );
}
