import { exactTimes, relativeTime } from './format.ts';
import { useNow } from './now.ts';

/**
 * A moment: relative on screen, the exact instant and its zone on hover. `none` is shown for null.
 * Hundreds may stand in a table, so the exact words are only made for the one that is pointed at.
 */
export function Time({ at, none = 'never' }: { at: Date | null; none?: string }) {
  const now = useNow();
  if (at === null) return <span className="dimmed">{none}</span>;
  return (
    <time
      className="tabular"
      dateTime={at.toISOString()}
      style={{ whiteSpace: 'nowrap' }}
      onPointerEnter={({ currentTarget }) => {
        currentTarget.title = exactTimes(at);
      }}
    >
      {relativeTime(at.getTime(), now)}
    </time>
  );
}
