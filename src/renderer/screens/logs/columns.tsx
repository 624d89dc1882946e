import { createContext, type ReactNode, useContext } from 'react';
import type { LogRow } from '../../../features/logs/contract.ts';
import { columnDuration, exactDuration } from '../../charts/durations.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { count } from '../../ui/format.ts';
import { OutcomeBadge } from '../../ui/outcome-badge.tsx';
import { reasonWords } from '../../ui/reasons.ts';
import { exactInstant, preciseTime, shortDay, type Zone } from '../../ui/zone.ts';
import type { ColumnId } from './column-ids.ts';
import classes from './logs.module.css';
import { MiddleText } from './middle-text.tsx';

/** Is the pointer over the row? Only then has a cell its copy button, which is no stop for the Tab key. */
export const RowHovered = createContext(false);

/** A column of the log. */
export interface LogColumn {
  header: string;
  /** What it needs at least, in CSS pixels, and its share of the room that is left. */
  px: number;
  share: number;
  right?: boolean;
  cell: (row: LogRow, zone: Zone) => ReactNode;
}

const None = () => <span className="dimmed">none</span>;

function Copied({ value, what, longest }: { value: string; what: string; longest: number }) {
  return useContext(RowHovered) ? (
    <Copyable value={value} what={what} longest={longest} />
  ) : (
    <span className={`mono ${classes.clip}`}>{value}</span>
  );
}

const Named = ({ name }: { name: string | null }) =>
  name === null ? (
    <None />
  ) : (
    <span className={classes.clip} dir="auto" title={name}>
      {name}
    </span>
  );

const Figure = ({ children, title }: { children: string; title: string }) => (
  <span className={`tabular ${classes.right}`} title={title}>
    {children}
  </span>
);

function Reason({ row }: { row: LogRow }) {
  if (row.interrupted)
    return (
      <span className={classes.clip} title="Its process ended before the answer was complete">
        Interrupted
      </span>
    );
  if (row.reason === null) return null;
  const { title, meaning } = reasonWords(row.reason);
  return (
    <span className={classes.clip} title={`${meaning} (${row.reason})`}>
      {title}
    </span>
  );
}

/** Every column that can be chosen. */
export const logColumns: Record<ColumnId, LogColumn> = {
  time: {
    header: 'Time',
    px: 144,
    share: 0,
    cell: ({ time }, zone) => (
      <time className="tabular" dateTime={time.toISOString()} title={exactInstant(time, zone)}>
        {shortDay(time, zone)} {preciseTime(time, zone)}
      </time>
    ),
  },
  status: { header: 'Status', px: 130, share: 0, cell: ({ status }) => <OutcomeBadge status={status} /> },
  request: {
    header: 'Request',
    px: 172,
    share: 2.6,
    cell: ({ method, path }) => <MiddleText text={`${method} ${path}`} />,
  },
  endpoint: {
    header: 'Endpoint',
    px: 160,
    share: 1.6,
    cell: ({ endpoint }) => (endpoint === null ? <None /> : <MiddleText text={endpoint} />),
  },
  token: { header: 'Token', px: 96, share: 1.2, cell: ({ tokenName }) => <Named name={tokenName} /> },
  user: { header: 'User', px: 96, share: 1, cell: ({ userName }) => <Named name={userName} /> },
  address: {
    header: 'Address',
    px: 104,
    share: 0.4,
    cell: ({ address }) => <Copied value={address} what="address" longest={24} />,
  },
  duration: {
    header: 'Duration',
    px: 84,
    share: 0,
    right: true,
    cell: ({ durationMs }) => <Figure title={exactDuration(durationMs)}>{columnDuration(durationMs)}</Figure>,
  },
  reason: { header: 'Reason', px: 112, share: 1.2, cell: (row) => <Reason row={row} /> },
  in: {
    header: 'Bytes in',
    px: 72,
    share: 0,
    right: true,
    cell: ({ bytesIn }) => <Figure title="Size of the request’s body">{count(bytesIn)}</Figure>,
  },
  out: {
    header: 'Bytes out',
    px: 72,
    share: 0,
    right: true,
    cell: ({ bytesOut }) => <Figure title="Size of the answer’s body">{count(bytesOut)}</Figure>,
  },
  agent: {
    header: 'Client',
    px: 120,
    share: 1.2,
    cell: ({ userAgent }) => (userAgent === '' ? <None /> : <MiddleText text={userAgent} />),
  },
  id: {
    header: 'Request id',
    px: 150,
    share: 0.6,
    cell: ({ requestId }) => <Copied value={requestId} what="request id" longest={40} />,
  },
};
