import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Endpoint } from '../features/endpoints/contract.ts';
import type { LimitAnswer } from '../features/limits/limiter.ts';
import type { Asked } from '../features/limits/redis/calls.ts';
import type { RowPlaces, TrialRefusal } from '../features/logs/record.ts';
import type { BodyFault } from './body.ts';
import type { Intake } from './intake.ts';
import type { Anonymous, Authorised, Check, Identity, JudgedRequest } from './judge.ts';
import type { CompiledToken, FoundSecret } from './policy.ts';

/** Who was known when the shared limits were asked, and what they said; null: they could not be asked. */
export interface Asking {
  readonly identity: Identity | Anonymous;
  readonly answer: Asked | null;
}

/** One request on its way through the gateway, and what has been found out about it so far. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  /** When it arrived: Unix milliseconds, and monotonic milliseconds, which its limits go by. */
  readonly time: number;
  readonly steadyTime: number;
  /** Who connected to us: an IPv4-mapped address as IPv4. */
  readonly peer: string;
  readonly intake: Intake;
  /** Whether the client waits for a word of ours before it sends the body. */
  readonly expectsContinue: boolean;
  /** What its path and method name in the catalogue, whether or not it came so far. */
  readonly endpoint: Endpoint | null;

  /** Its address is the peer's until the policy has said whom the peer may speak for. */
  judged: JudgedRequest;
  compiled: CompiledToken | null;
  /** Which of the token's secrets it showed. */
  secret: FoundSecret | null;
  authenticated: boolean;
  /** null: the shared limits were not asked (yet). */
  asked: Asking | null;
  limits: LimitAnswer | null;
  /** Which limit on trial would have refused it. */
  trial: TrialRefusal | null;
  checks: readonly Check[];
  /** The version of the policy that it was judged by. */
  policyVersion: number;
  authorised: Authorised | null;
  /** null: not read (yet). */
  body: Buffer | null;
  bodyRead: boolean;
  /** Bytes of a body that is passed on, so far; null: it is read whole, or not at all. */
  bytesIn: number | null;
  /** Ends the reading of the body, from when it begins; null: the client left. */
  reading: { fail(fault: BodyFault | null): void } | null;
  /** What its connection brought after the head has a fault, or the client left (null). */
  broken: { readonly fault: BodyFault | null } | null;
  upstreamMs: number | null;
  /** Whether its connection ends with its answer. */
  closes: boolean;
  /** Where the rows lie that it asked for; undefined where that is not known. */
  places: RowPlaces | undefined;
  /** Whether its answer has been decided. */
  settled: boolean;
}
