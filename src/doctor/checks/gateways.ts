import { type Reads, rowsOf } from '../../db/reads.ts';
import { GONE_AFTER } from '../../db/running-gateways.ts';
import { type Finding, ok, warn } from '../check.ts';

interface Row {
  host: string;
  pid: number;
  address: string | null;
  seen_at: number;
  stopped_at: number | null;
}

/** Every gateway that was started runs, or stopped in order: one that did neither has a journal to bring in. */
export function* checkGateways(now: number): Reads<Finding> {
  const rows = yield* rowsOf<Row>(
    'SELECT host, pid, address, seen_at, stopped_at FROM gateway WHERE stopped_at IS NULL ORDER BY number',
  );
  const [running, gone] = [
    rows.filter((row) => row.seen_at > now - GONE_AFTER),
    rows.filter((row) => row.seen_at <= now - GONE_AFTER),
  ];
  const said =
    running.length === 0
      ? 'No gateway runs'
      : `${running.length} ${running.length === 1 ? 'gateway runs' : 'gateways run'}: ${running
          .map(({ host, pid, address }) => `${address ?? 'not listening yet'} (process ${pid} on ${host})`)
          .join(', ')}`;
  if (gone.length === 0) return ok(`${said}.`);
  return warn(
    `${said}. Not heard of any more: ${gone
      .map(({ host, pid, seen_at }) => `process ${pid} on ${host} since ${new Date(seen_at).toISOString()}`)
      .join(', ')}.`,
    'Start it again with its --data-dir: what it answered last may be in its journal, and not in the log yet.',
  );
}
