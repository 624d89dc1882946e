import { Tooltip } from '@mantine/core';
import { exactTimes, relativeTime } from './format.ts';
import { useNow } from './now.ts';

/** A moment: relative on screen, the exact instant and its zone on hover. `none` is shown for null. */
export function Time({ at, none = 'never' }: { at: Date | null; none?: string }) {
  const now = useNow();
  if (at === null) return <span className="dimmed">{none}</span>;
  return (
    <Tooltip label={exactTimes(at)}>
      <time className="tabular" dateTime={at.toISOString()} style={{ whiteSpace: 'nowrap' }}>
        {relativeTime(at.getTime(), now)}
      </time>
    </Tooltip>
  );
}
