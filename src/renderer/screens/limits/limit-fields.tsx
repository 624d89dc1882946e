import { NumberInput } from '@mantine/core';
import type { Limit } from '../../../features/limits/contract.ts';
import { count } from '../../ui/format.ts';
import classes from './limits.module.css';

const MOST_REQUESTS = 1_000_000_000;
const MOST_SECONDS = 3_600;

/** A limit while it is typed: a field that was emptied is null. */
export interface LimitDraft {
  requestsPerHour: number | null;
  burstRequests: number | null;
  burstSeconds: number | null;
}

export const draftOf = (limit: Limit): LimitDraft => ({
  requestsPerHour: limit.requestsPerHour,
  burstRequests: limit.burst.requests,
  burstSeconds: limit.burst.seconds,
});

const within = (value: number | null, most: number): value is number =>
  value !== null && Number.isInteger(value) && value >= 1 && value <= most;

/** The limit that a draft means, or null while a field is empty or out of its bounds. */
export function limitOf(draft: LimitDraft): Limit | null {
  const { requestsPerHour, burstRequests, burstSeconds } = draft;
  if (
    !within(requestsPerHour, MOST_REQUESTS) ||
    !within(burstRequests, MOST_REQUESTS) ||
    !within(burstSeconds, MOST_SECONDS)
  ) {
    return null;
  }
  return { requestsPerHour, burst: { requests: burstRequests, seconds: burstSeconds } };
}

export const sameLimit = (a: Limit | null, b: Limit): boolean =>
  a !== null &&
  a.requestsPerHour === b.requestsPerHour &&
  a.burst.requests === b.burst.requests &&
  a.burst.seconds === b.burst.seconds;

interface LimitFieldsProps {
  value: LimitDraft;
  onChange: (draft: LimitDraft) => void;
}

/** Requests per Hour and Burst Rate, as the documentation names them. */
export function LimitFields({ value, onChange }: LimitFieldsProps) {
  const field = (key: keyof LimitDraft, label: string, most: number, suffix: string, width: number) => (
    <NumberInput
      label={label}
      w={width}
      inputMode="numeric"
      allowDecimal={false}
      allowNegative={false}
      thousandSeparator=","
      suffix={suffix}
      clampBehavior="none"
      error={within(value[key], most) ? undefined : `A whole number from 1 to ${count(most)}`}
      hideControls
      value={value[key] ?? ''}
      onChange={(typed) => onChange({ ...value, [key]: typeof typed === 'number' ? typed : null })}
    />
  );
  return (
    <div className={classes.fields}>
      {field('requestsPerHour', 'Requests per hour', MOST_REQUESTS, '', 150)}
      {field('burstRequests', 'Burst rate: requests', MOST_REQUESTS, '', 150)}
      {field('burstSeconds', 'in a period of', MOST_SECONDS, ' seconds', 130)}
    </div>
  );
}

/** A burst that lets more through than the hour does never bites; worth saying, not worth refusing. */
export function burstRemark({ requestsPerHour, burst }: Limit): string | null {
  if (burst.requests >= requestsPerHour) return 'The burst allows the whole hour at once, so it never bites.';
  const sustained = (burst.requests / burst.seconds) * 3_600;
  if (sustained < requestsPerHour) {
    return `The burst allows at most ${Math.floor(sustained).toLocaleString('en')} an hour, so the hourly limit is never reached.`;
  }
  return null;
}
