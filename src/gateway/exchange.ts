import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Endpoint } from '../features/endpoints/contract.ts';
import type { LimitAnswer } from '../features/limits/limiter.ts';
import type { RowPlaces } from '../features/logs/record.ts';
import type { BodyReading } from './body.ts';
import type { Intake } from './intake.ts';
import type { Authorised, Check, JudgedRequest } from './judge.ts';
import type { CompiledToken, FoundSecret } from './policy.ts';

/** One request on its way through the gateway, and what has been found out about it so far. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  /** When it arrived: Unix milliseconds, and monotonic milliseconds, which its limits go by. */
  readonly time: number;
  readonly steadyTime: number;
  readonly address: string;
  readonly intake: Intake;
  readonly judged: JudgedRequest;
  /** Whether the client waits for a word of ours before it sends the body. */
  readonly expectsContinue: boolean;
  /** What its path and method name in the catalogue, whether or not it came so far. */
  readonly endpoint: Endpoint | null;

  compiled: CompiledToken | null;
  /** Which of the token's secrets it showed. */
  secret: FoundSecret | null;
  authenticated: boolean;
  limits: LimitAnswer | null;
  checks: readonly Check[];
  /** The version of the policy that it was judged by. */
  policyVersion: number;
  authorised: Authorised | null;
  /** null: not read (yet). */
  body: Buffer | null;
  bodyRead: boolean;
  /** The reading of the body, from when it begins. */
  reading: BodyReading | null;
  /** What its connection brought after the head is not HTTP (the detail), or the client left (null). */
  broken: { readonly detail: string | null } | null;
  upstreamMs: number | null;
  /** Whether its connection ends with its answer. */
  closes: boolean;
  /** Where the rows lie that it asked for; undefined where that is not known. */
  places: RowPlaces | undefined;
  /** Whether its answer has been decided. */
  settled: boolean;
}
