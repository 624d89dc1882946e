import type { ReasonCode } from '../../base/reasons.ts';
import type { LogDetail } from './contract.ts';

/** The owner and the kind of a limit. */
export type TrialRefusal = NonNullable<LogDetail['trial']>;

/**
 * One request as the gateway writes it into the journal and the writer reads it from there: everything the log
 * will know, already redacted. Times are Unix milliseconds, durations milliseconds (with fractions), sizes bytes.
 */
export interface LogRecord {
  requestId: string;
  /** When the request arrived. */
  time: number;
  tokenId: string | null;
  tokenName: string | null;
  userId: string | null;
  userName: string | null;
  /** The client's. */
  address: string;
  /** Who connected to the gateway, where that was a trusted proxy. */
  peer?: string;
  method: string;
  /** The path alone, redacted. */
  path: string;
  /** The query without its `?`, redacted. */
  query: string;
  /** "GET /v1/shifts/{id}", or null where none matched. */
  endpoint: string | null;
  tag: string | null;
  status: number;
  reason: ReasonCode | null;
  durationMs: number;
  upstreamMs: number | null;
  bytesIn: number;
  bytesOut: number;
  userAgent: string;
  policyVersion: number;
  /** Which of the token's secrets was shown, and its first characters; null where there was none. */
  secretId: string | null;
  secretPrefix: string | null;
  /** Whether the limiter admitted it, so that it counts against the limits (rows 4 to 7, and success). */
  counted: boolean;
  /** Which limit on trial would have refused it; not there: none. */
  trial?: TrialRefusal;
  /**
   * Of a streamed answer: the row before its first byte (`open`), the whole row after its last (`complete`), or what
   * was known of it when its process ended (`interrupted`). A buffered answer has one row, and no phase.
   */
  phase?: 'open' | 'complete' | 'interrupted';
  /** Who ended a streamed answer before its end; null: nobody. */
  aborted?: LogDetail['aborted'];
  /**
   * When it arrived by the clock that the limits go by: Unix milliseconds as of the start of its process, to the
   * microsecond, which the wall clock's jumps do not move. In its order requests were admitted. Undefined in rows of
   * before there was this.
   */
  steadyTime?: number;
  /** Until when the secret that was shown is good, where that is sooner than its token's expiry: Unix milliseconds. */
  secretUntil?: number;
  /** Where the rows lie that it asked the API for. Undefined where that is not known. */
  places?: RowPlaces;
  // What the log writer and a rehearsal read stands before this: they parse no further (parse-record.ts).
  request: LogDetail['request'];
  response: LogDetail['response'];
  checks: LogDetail['checks'];
  limits: LogDetail['limits'];
  removed: string[];
}

/**
 * The business unit and location of each row that one request named, so that restrictions can be judged anew: the row
 * that is there, and after it (or alone, for a new row) where it was to be written; null: anywhere the token may.
 * Empty: no restriction refuses such a request, it leaves rows out.
 */
export type RowPlaces = readonly (readonly [businessUnitId: string | null, locationId: string | null])[];
