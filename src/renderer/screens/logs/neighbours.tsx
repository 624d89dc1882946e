import { Anchor } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { SECOND } from '../../../base/clock.ts';
import type { LogRow } from '../../../features/logs/contract.ts';
import { api } from '../../api.ts';
import { DrawerSection } from '../../ui/facts.tsx';
import { OutcomeBadge } from '../../ui/outcome-badge.tsx';
import { SkeletonLines } from '../../ui/skeletons.tsx';
import { preciseTime, type Zone } from '../../ui/zone.ts';
import { around } from './around.ts';
import classes from './drawer.module.css';
import { MiddleText } from './middle-text.tsx';

/** On each side. */
const SHOWN = 4;
/** Rows of the same millisecond come after those before it, so some more are asked for. */
const ASKED = 100;
const SPAN = 10 * SECOND;

interface NeighboursProps {
  request: Pick<LogRow, 'requestId' | 'time'>;
  zone: Zone;
  onOpen: (requestId: string) => void;
  /** Shows every request between two instants. */
  onSpan: (from: Date, to: Date) => void;
}

/** What else reached the gateway at that time, whatever the filters let through. */
export function Neighbours({ request, zone, onOpen, onSpan }: NeighboursProps) {
  const { requestId, time } = request;
  const [before, since] = useQueries({
    queries: [
      api.logs.query.queryOptions({ input: { filter: { to: time }, limit: SHOWN } }),
      api.logs.query.queryOptions({ input: { filter: { from: time }, order: 'oldest', limit: ASKED } }),
    ],
  });
  const rows = before.data && since.data && around(before.data.items, since.data.items, requestId, SHOWN);
  const showAll = () => onSpan(new Date(time.getTime() - SPAN), new Date(time.getTime() + SPAN));
  return (
    <DrawerSection aria-label="At the same time">
      <h3>
        At the same time
        <Anchor fz="sm" component="button" type="button" onClick={showAll}>
          10 seconds before and after
        </Anchor>
      </h3>
      {before.isError || since.isError ? (
        <p className="dimmed">The log could not be read.</p>
      ) : rows === undefined ? (
        <SkeletonLines lines={5} />
      ) : (
        <ol className={classes.neighbours}>
          {rows.map((row) => (
            <li key={row.requestId} aria-current={row.requestId === requestId || undefined}>
              <button type="button" onClick={() => onOpen(row.requestId)}>
                <span className="tabular dimmed">{preciseTime(row.time, zone)}</span>
                <OutcomeBadge status={row.status} />
                <MiddleText text={`${row.method} ${row.path}`} />
                <span className={classes.neighbourToken} dir="auto">
                  {row.tokenName ?? <span className="dimmed">no token</span>}
                </span>
              </button>
            </li>
          ))}
        </ol>
      )}
    </DrawerSection>
  );
}
