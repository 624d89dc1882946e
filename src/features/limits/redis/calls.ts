import type { Limit } from '../contract.ts';
import {
  type LimitAnswer,
  type LimitKind,
  type LimitOwner,
  type LimitQuestion,
  type Quota,
  retryAfterOf,
  type Standing,
} from '../limiter.ts';

import type { GenerationKeys } from './keys.ts';
import type { AskMode } from './lua-ask.ts';

/** What the limits said to one request, and which limit on trial would have refused it. */
export interface Asked {
  readonly limits: LimitAnswer;
  readonly trial: `${LimitOwner}.${LimitKind}` | null;
}

const HOUR_SECONDS = 3_600;

/** The keys of lua-ask.ts behind the state, and its arguments behind those that say where and when. */
export function askCall(
  own: GenerationKeys,
  mode: AskMode,
  { tokenId, token, instance }: LimitQuestion,
  trial: LimitQuestion | null,
): { keys: string[]; args: (string | number)[] } {
  return {
    keys: [own.index, own.instance, own.token(tokenId), own.trialInstance, own.trialToken(tokenId)],
    args: [
      mode,
      tokenId,
      ...limitArguments(token),
      ...limitArguments(instance),
      ...limitArguments(trial?.token ?? null),
      ...limitArguments(trial?.instance ?? null),
    ],
  };
}

/** A limit as scripts take it; zeros: there is none. */
export const limitArguments = (limit: Limit | null): number[] =>
  limit === null ? [0, 0, 0] : [limit.requestsPerHour, limit.burst.requests, limit.burst.seconds];

/** The limits in the order in which they are asked, as scripts number them: from 1. */
const BOUNDS: readonly { readonly owner: LimitOwner; readonly kind: LimitKind }[] = [
  { owner: 'instance', kind: 'hour' },
  { owner: 'instance', kind: 'burst' },
  { owner: 'token', kind: 'hour' },
  { owner: 'token', kind: 'burst' },
];

/** null for 0, which is none of them. */
const boundOf = (number: number) => BOUNDS[number - 1] ?? null;

/** Where each part of the answer of lua-ask.ts begins. */
const AT = { refusing: 0, wait: 1, hour: 2, burst: 5, refusal: 8, trial: 11, time: 12 } as const;

export const timeOfAsk = (answer: readonly number[]): number => answer[AT.time] ?? 0;

export function trialOfAsk(answer: readonly number[]): Asked['trial'] {
  const refusing = boundOf(answer[AT.trial] ?? 0);
  return refusing && `${refusing.owner}.${refusing.kind}`;
}

/** The answer of lua-ask.ts to a question, as the limiter in memory would have given it. */
export function limitAnswer(question: LimitQuestion, answer: readonly number[], mode: AskMode): LimitAnswer {
  const quotaAt = (at: number): Quota => {
    const [number = 0, used = 0, growsInMs = 0] = answer.slice(at, at + 3);
    const { owner, kind } = boundOf(number) as (typeof BOUNDS)[number];
    const limit = (owner === 'instance' ? question.instance : question.token) as Limit;
    return quota(owner, kind, limit, used, growsInMs);
  };
  const refusing = boundOf(answer[AT.refusing] ?? 0);
  return {
    admitted: mode !== 'peek' && refusing === null,
    refusal: refusing === null ? null : { ...refusing, quota: quotaAt(AT.refusal) },
    retryAfter: refusing === null ? 0 : retryAfterOf(answer[AT.wait] ?? 0),
    hour: quotaAt(AT.hour),
    burst: quotaAt(AT.burst),
  };
}

/** The next four numbers of the answer of lua-other.ts's standings, of an owner under `limit`. */
export function standingOf(owner: LimitOwner, limit: Limit | null, numbers: readonly number[]): Standing {
  const [used = 0, grows = 0, burstUsed = 0, burstGrows = 0] = numbers;
  if (limit === null) {
    const none = Number.POSITIVE_INFINITY;
    return {
      hour: { owner, limit: none, seconds: HOUR_SECONDS, remaining: none, growsInMs: grows },
      used,
      burst: null,
    };
  }
  return {
    hour: quota(owner, 'hour', limit, used, grows),
    used,
    burst: { ...quota(owner, 'burst', limit, burstUsed, burstGrows), used: burstUsed },
  };
}

function quota(owner: LimitOwner, kind: LimitKind, limit: Limit, used: number, growsInMs: number): Quota {
  const most = kind === 'hour' ? limit.requestsPerHour : limit.burst.requests;
  const seconds = kind === 'hour' ? HOUR_SECONDS : limit.burst.seconds;
  return { owner, limit: most, seconds, remaining: Math.max(0, most - used), growsInMs };
}
