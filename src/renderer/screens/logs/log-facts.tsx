import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import { SECOND } from '../../../base/clock.ts';
import type { LogDetail } from '../../../features/logs/contract.ts';
import { exactDuration } from '../../charts/durations.ts';
import { paths } from '../../routes/paths.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { Facts } from '../../ui/facts.tsx';
import { count, exactTime } from '../../ui/format.ts';
import { reasonWords } from '../../ui/reasons.ts';
import { Time } from '../../ui/time.tsx';
import { exactInstant, secondsTime, type Zone } from '../../ui/zone.ts';
import { bytes } from './bytes.ts';
import { FilterValue } from './filter-value.tsx';
import { statusName } from './status-names.ts';

const none = (word: string) => <span className="dimmed">{word}</span>;

const endings = {
  client: 'the client left before the answer was complete',
  upstream: 'the API broke off before the answer was complete',
  gateway: 'the gateway ended it before the answer was complete',
} as const;

const trialWords: Record<NonNullable<LogDetail['trial']>, string> = {
  'instance.hour': 'the hourly ceiling of the instance',
  'instance.burst': 'the burst ceiling of the instance',
  'token.hour': 'the hourly limit of its token',
  'token.burst': 'the burst limit of its token',
};

/** Who asked for what, when, from where, and what it took. */
export function LogFacts({ detail, zone }: { detail: LogDetail; zone: Zone }) {
  const { limits, upstreamMs } = detail;
  const reset = new Date((limits?.reset ?? 0) * SECOND);
  return (
    <Facts names={112}>
      <dt>Request</dt>
      <FilterValue field="path" value={detail.path} words="this path">
        <Copyable value={`${detail.method} ${detail.path}`} what="request" longest={120} />
      </FilterValue>
      <dt>Endpoint</dt>
      <FilterValue
        field="endpoint"
        value={detail.endpoint}
        words={`the endpoint ${detail.endpoint ?? 'none'}`}
      >
        {detail.endpoint === null ? none('none matched') : <span className="mono">{detail.endpoint}</span>}
      </FilterValue>
      <dt>Status</dt>
      <FilterValue field="status" value={String(detail.status)} words={`the status ${detail.status}`}>
        <span className="tabular">{detail.status}</span> {statusName(detail.status)}
      </FilterValue>
      {detail.reason !== null && (
        <>
          <dt>Reason</dt>
          <FilterValue field="reason" value={detail.reason} words={`the reason ${detail.reason}`}>
            {reasonWords(detail.reason).title} <span className="mono dimmed">{detail.reason}</span>
          </FilterValue>
        </>
      )}
      <dt>Time</dt>
      <dd>
        {exactInstant(detail.time, zone)} (<Time at={detail.time} />)
      </dd>
      <dt>Token</dt>
      <FilterValue field="token" value={detail.tokenId} words={`the token ${detail.tokenName ?? 'none'}`}>
        {detail.tokenId === null ? (
          none('none, or not a known one')
        ) : (
          <Anchor component={Link} to={paths.tokens({ token: detail.tokenId })} underline="always" inherit>
            {detail.tokenName ?? detail.tokenId}
          </Anchor>
        )}
        {detail.secretPrefix !== null && (
          <span className="dimmed">
            {' '}
            · secret <span className="mono">{detail.secretPrefix}…</span>
          </span>
        )}
      </FilterValue>
      <dt>User</dt>
      <FilterValue field="user" value={detail.userId} words={`the user ${detail.userName ?? 'none'}`}>
        {detail.userName ?? none('none')}
      </FilterValue>
      <dt>Address</dt>
      <FilterValue field="address" value={detail.address} words={`the address ${detail.address}`}>
        <Copyable value={detail.address} what="address" />
        {detail.peer !== null && (
          <span className="dimmed">
            {' '}
            named by the proxy <Copyable value={detail.peer} what="proxy’s address" />
          </span>
        )}
      </FilterValue>
      <dt>Client</dt>
      <FilterValue field="agent" value={detail.userAgent} words="this client">
        {detail.userAgent === '' ? none('did not say') : <span className="mono">{detail.userAgent}</span>}
      </FilterValue>
      <dt>Duration</dt>
      <dd className="tabular">
        {exactDuration(detail.durationMs)}
        {upstreamMs !== null && `, of which the API took ${exactDuration(upstreamMs)}`}
        {detail.interrupted && ' (its process ended before the answer was complete)'}
        {detail.aborted !== null && ` (${endings[detail.aborted]})`}
      </dd>
      <dt>Size</dt>
      <dd className="tabular">
        {bytes(detail.bytesIn)} in, {bytes(detail.bytesOut)} out
      </dd>
      <dt>Hourly limit</dt>
      <dd className="tabular">
        {limits === null ? (
          none('not counted')
        ) : (
          <>
            {count(limits.remaining)} of {count(limits.limit)} left, reset{' '}
            <time dateTime={reset.toISOString()} title={exactTime(reset)}>
              {secondsTime(reset, zone)}
            </time>
          </>
        )}
      </dd>
      {detail.trial !== null && (
        <>
          <dt>On trial</dt>
          <dd>Would have been refused by {trialWords[detail.trial]}.</dd>
        </>
      )}
      <dt>Policy version</dt>
      <dd className="tabular">{detail.policyVersion}</dd>
      <dt>Request id</dt>
      <dd>
        <Copyable value={detail.requestId} what="request id" />
      </dd>
    </Facts>
  );
}
