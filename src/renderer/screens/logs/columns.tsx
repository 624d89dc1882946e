import { columnVisibilityFeature, createColumnHelper, tableFeatures } from '@tanstack/react-table';
import { createContext, useContext } from 'react';
import type { LogRow } from '../../../features/logs/contract.ts';
import { columnDuration, exactDuration } from '../../charts/durations.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { exactTime } from '../../ui/format.ts';
import { OutcomeBadge } from '../../ui/outcome-badge.tsx';
import { reasonWords } from '../../ui/reasons.ts';
import { preciseTime, shortDay } from '../../ui/zone.ts';
import classes from './logs.module.css';
import { MiddleText } from './middle-text.tsx';

export const logFeatures = tableFeatures({ columnVisibilityFeature });

/** Is the pointer over the row? Only then has a cell its copy button, which is no stop for the Tab key. */
export const RowHovered = createContext(false);

function Address({ value }: { value: string }) {
  return useContext(RowHovered) ? (
    <Copyable value={value} what="address" longest={24} />
  ) : (
    <span className={`mono ${classes.clip}`}>{value}</span>
  );
}

const helper = createColumnHelper<typeof logFeatures, LogRow>();

/** What a column needs at least, in CSS pixels, and its share of the room that is left. */
export interface ColumnTrack {
  px: number;
  share: number;
}

export const columnTracks: Record<string, ColumnTrack> = {
  time: { px: 144, share: 0 },
  status: { px: 130, share: 0 },
  request: { px: 172, share: 2.6 },
  endpoint: { px: 160, share: 1.6 },
  token: { px: 96, share: 1.2 },
  address: { px: 104, share: 0.4 },
  duration: { px: 84, share: 0 },
  reason: { px: 112, share: 1.2 },
};

export const logColumns = helper.columns([
  helper.accessor('time', {
    id: 'time',
    header: 'Time',
    cell: ({ row: { original } }) => (
      <time className="tabular" dateTime={original.time.toISOString()} title={exactTime(original.time)}>
        {shortDay(original.time, 'local')} {preciseTime(original.time, 'local')}
      </time>
    ),
  }),
  helper.accessor('status', {
    id: 'status',
    header: 'Status',
    cell: ({ row: { original } }) => <OutcomeBadge status={original.status} />,
  }),
  helper.accessor('path', {
    id: 'request',
    header: 'Request',
    cell: ({ row: { original } }) => <MiddleText text={`${original.method} ${original.path}`} />,
  }),
  helper.accessor('endpoint', {
    id: 'endpoint',
    header: 'Endpoint',
    cell: ({ row: { original } }) =>
      original.endpoint === null ? <None word="none" /> : <MiddleText text={original.endpoint} />,
  }),
  helper.accessor('tokenName', {
    id: 'token',
    header: 'Token',
    cell: ({ row: { original } }) =>
      original.tokenName === null ? (
        <None word="none" />
      ) : (
        <span className={classes.clip} dir="auto" title={original.tokenName}>
          {original.tokenName}
        </span>
      ),
  }),
  helper.accessor('address', {
    id: 'address',
    header: 'Address',
    cell: ({ row: { original } }) => <Address value={original.address} />,
  }),
  helper.accessor('durationMs', {
    id: 'duration',
    header: 'Duration',
    cell: ({ row: { original } }) => (
      <span className={`tabular ${classes.right}`} title={exactDuration(original.durationMs)}>
        {columnDuration(original.durationMs)}
      </span>
    ),
  }),
  helper.accessor('reason', {
    id: 'reason',
    header: 'Reason',
    cell: ({ row: { original } }) =>
      original.interrupted ? (
        <span className={classes.clip} title="Its process ended before the answer was complete">
          Interrupted
        </span>
      ) : original.reason === null ? null : (
        <span className={classes.clip} title={`${reasonWords(original.reason).meaning} (${original.reason})`}>
          {reasonWords(original.reason).title}
        </span>
      ),
  }),
]);

const None = ({ word }: { word: string }) => <span className="dimmed">{word}</span>;
