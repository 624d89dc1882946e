import type { Clock } from '../base/clock.ts';
import { type Journal, JournalUnavailable } from '../features/logs/journal.ts';
import type { LogRecord } from '../features/logs/record.ts';
import {
  type Answer,
  failedAnswer,
  limitHeaders,
  type ShownLimits,
  shownLimits,
  unavailableAnswer,
} from './answer.ts';
import { bareRecord } from './bare-record.ts';
import type { Exchange } from './exchange.ts';
import { completeRecord, labelOf, openRecord, recordOf, type StreamEnd } from './log-record.ts';
import type { Tally } from './tally.ts';

/** Writes answers, each after its row is in the journal. */
export interface Responder {
  respond(exchange: Exchange, answer: Answer): void;
  /**
   * Begins an answer that is streamed: its first row, then its head. `ready` hears whether the body may follow; where
   * not, the client has been answered.
   */
  begin(exchange: Exchange, head: Answer, ready: (open: boolean) => void): void;
  /** Journals how an answer that was begun has ended. */
  complete(exchange: Exchange, end: StreamEnd): void;
  /** The client left before its answer was known. */
  clientLeft(exchange: Exchange): void;
  /**
   * Whether the journal could not be written lately. Then nothing may have an effect that the log would lack; the
   * row of each refusal tries whether it can be written again.
   */
  readonly unavailable: boolean;
  /** From now on every answer closes its connection. */
  drain(): void;
}

export function createResponder(parts: {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly tally: Tally;
  onFailure(cause: unknown): void;
}): Responder {
  const { clock, journal, tally } = parts;
  let unavailable = false;
  let draining = false;
  /** The first row of each answer that is being streamed. */
  const open = new WeakMap<Exchange, LogRecord>();

  function respond(exchange: Exchange, intended: Answer): void {
    if (exchange.settled) return;
    exchange.settled = true;
    const shown = exchange.limits === null ? null : shownLimits(exchange.limits, clock.now());
    const made = rowOf(exchange, hasLeft(exchange) ? closedAnswer : intended, shown);
    journal
      .append(made.record)
      .then(
        () => {
          unavailable = false;
          count(exchange, made.record);
          write(exchange, made.answer, made.headers);
        },
        (cause) => refuseUnlogged(exchange, shown, cause),
      )
      .catch((cause) => {
        parts.onFailure(cause);
        exchange.request.socket.destroy();
      });
  }

  function count({ limits }: Exchange, row: LogRecord): void {
    tally.answered(row);
    if (limits !== null && limits.refusal !== null) tally.limited(limits.refusal);
  }

  /** The row of an answer; where it cannot be made, that of another answer, which says so. */
  function rowOf(exchange: Exchange, answer: Answer, shown: ShownLimits | null) {
    try {
      const headers = headersOf(exchange, answer, shown);
      return { answer, headers, record: recordOf(exchange, answer, headers, shown, clock.monotonic()) };
    } catch (cause) {
      parts.onFailure(cause);
      const failed = failedAnswer(exchange.requestId);
      return {
        answer: failed,
        headers: headersOf(exchange, failed, shown),
        record: bareRecord(whatIsOurs(exchange), failed),
      };
    }
  }

  function begin(exchange: Exchange, head: Answer, ready: (open: boolean) => void): void {
    if (exchange.settled || hasLeft(exchange)) {
      respond(exchange, closedAnswer);
      ready(false);
      return;
    }
    exchange.settled = true;
    const shown = exchange.limits === null ? null : shownLimits(exchange.limits, clock.now());
    const made = rowOf(exchange, head, shown);
    const whole = made.answer !== head;
    const record = whole ? made.record : openRecord(made.record);
    journal
      .append(record)
      .then(
        () => {
          unavailable = false;
          if (whole) {
            count(exchange, record);
            write(exchange, made.answer, made.headers);
            ready(false);
            return;
          }
          open.set(exchange, record);
          const { response } = exchange;
          if (!response.destroyed) {
            response.writeHead(head.status, made.headers);
            ready(true);
          } else {
            ready(false);
            complete(exchange, { bytes: 0, aborted: 'client', reason: 'client.closed' });
          }
        },
        (cause) => {
          refuseUnlogged(exchange, shown, cause);
          ready(false);
        },
      )
      .catch((cause) => {
        parts.onFailure(cause);
        exchange.request.socket.destroy();
      });
  }

  function complete(exchange: Exchange, end: StreamEnd): void {
    const record = open.get(exchange);
    if (record === undefined) return;
    open.delete(exchange);
    // While the gateway stops it is the gateway that ends connections.
    const aborted = end.aborted === 'client' && draining ? 'gateway' : end.aborted;
    const whole = completeRecord(record, exchange, { ...end, aborted }, clock.monotonic());
    tally.answered(whole);
    journal.append(whole).catch((cause: unknown) => {
      if (!(cause instanceof JournalUnavailable) || !unavailable) parts.onFailure(cause);
      unavailable = true;
    });
  }

  function refuseUnlogged(exchange: Exchange, shown: ShownLimits | null, cause: unknown): void {
    if (!(cause instanceof JournalUnavailable) || !unavailable) parts.onFailure(cause);
    unavailable = true;
    const refused = unavailableAnswer(exchange.requestId);
    const { status, reason } = refused;
    tally.answered({ status, reason, durationMs: clock.monotonic() - exchange.steadyTime });
    write(exchange, refused, headersOf(exchange, refused, shown));
  }

  function headersOf(exchange: Exchange, answer: Answer, shown: ShownLimits | null): string[] {
    const headers = ['X-Request-Id', exchange.requestId];
    if (shown !== null && exchange.limits !== null) headers.push(...limitHeaders(shown, exchange.limits));
    headers.push(...answer.headers);
    if (!answer.passedOn) headers.push('Cache-Control', 'no-store');
    if (answer.body !== null && !answer.passedOn)
      headers.push('Content-Type', answer.type, 'Content-Length', String(Buffer.byteLength(answer.body)));
    if (draining || exchange.closes) headers.push('Connection', 'close');
    return headers;
  }

  function write({ request, response }: Exchange, answer: Answer, headers: string[]): void {
    if (response.destroyed || answer.status === 499) return;
    response.writeHead(answer.status, headers);
    response.end(request.method === 'HEAD' ? undefined : (answer.body ?? undefined));
  }

  return {
    respond,
    begin,
    complete,
    clientLeft(exchange) {
      respond(exchange, closedAnswer);
      exchange.request.socket.destroy();
    },
    get unavailable() {
      return unavailable;
    },
    drain() {
      draining = true;
    },
  };
}

const hasLeft = ({ response, request }: Exchange): boolean => response.destroyed || request.socket.destroyed;

/** Of a request, what the client did not send. */
const whatIsOurs = ({ compiled, secret, endpoint, limits, ...exchange }: Exchange) => ({
  requestId: exchange.requestId,
  time: exchange.time,
  tokenId: compiled?.token.id ?? null,
  tokenName: compiled?.token.name ?? null,
  userId: compiled?.user.id ?? null,
  userName: compiled?.user.name ?? null,
  address: exchange.judged.address,
  endpoint: endpoint === null ? null : labelOf(endpoint),
  tag: endpoint?.tag ?? null,
  policyVersion: exchange.policyVersion,
  secretId: secret?.id ?? null,
  secretPrefix: secret?.prefix ?? null,
  counted: limits?.admitted === true,
});

/** 499 is for the log alone: nobody is there to read it. */
const closedAnswer: Answer = { status: 499, reason: 'client.closed', headers: [], type: '', body: null };
