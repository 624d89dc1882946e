import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Clock, SECOND } from '../base/clock.ts';
import { newId } from '../base/ids.ts';
import type { Journal } from '../features/logs/journal.ts';
import type { LogRecord } from '../features/logs/record.ts';
import { FAILED, type Problem, problemAnswer } from './answer.ts';
import { bareRecord } from './bare-record.ts';
import { clientAddress } from './client-address.ts';
import type { Tally } from './tally.ts';

/** Logs and answers what came on a connection and is no request. */
export interface NotHttp {
  /**
   * @param code what the parser called it, as `HPE_INVALID_METHOD`
   * @param before the last answer that is due on the connection before this one
   */
  refuse(socket: Duplex, code: string, before: ServerResponse | undefined): void;
  /** The same for a request that we fail to take in. */
  fail(socket: Duplex, cause: unknown, before: ServerResponse | undefined): void;
}

/** Milliseconds that the other side gets to read its answer and to close. */
const LINGER = SECOND;

/** The statuses that say more than 400. */
const STATUSES: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

export function createNotHttp(parts: {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly tally: Tally;
  policyVersion(): number;
  onFailure(cause: unknown): void;
}): NotHttp {
  const { clock, journal, tally } = parts;

  function end(
    socket: Duplex,
    before: ServerResponse | undefined,
    problem: Problem,
    checks: LogRecord['checks'],
  ): void {
    const time = clock.now();
    const requestId = newId(time);
    const answer = problemAnswer(requestId, problem);
    const body = String(answer.body ?? '');
    const bytes = Buffer.byteLength(body);
    const headers: [string, string][] = [
      ['X-Request-Id', requestId],
      ['Content-Type', answer.type],
      ['Content-Length', String(bytes)],
      ['Connection', 'close'],
    ];
    const address = clientAddress((socket as Partial<Socket>).remoteAddress);
    tally.answered({ status: answer.status, reason: answer.reason, durationMs: 0 });
    const known = { requestId, time, address, policyVersion: parts.policyVersion(), checks };
    const response = { headers, body: { type: answer.type, bytes, text: body } };
    const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const text = `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}\r\n${head}\r\n${body}`;
    Promise.allSettled([journal.append(bareRecord({ ...known, response }, answer)), closeOf(before)])
      .then(([journalled]) => {
        if (journalled.status === 'fulfilled') return endWith(socket, text);
        parts.onFailure(journalled.reason);
        socket.destroy();
      })
      .catch(parts.onFailure);
  }

  return {
    refuse(socket, code, before) {
      const detail = `This is not a request in HTTP/1.1 that can be served (${code}).`;
      const problem = { reason: 'request.invalid', detail, status: STATUSES[code] ?? 400 } as const;
      end(socket, before, problem, [{ check: 'request', passed: false, detail: code }]);
    },
    fail(socket, cause, before) {
      parts.onFailure(cause);
      end(socket, before, FAILED, []);
    },
  };
}

/** Resolves when an answer has left, or never will. */
function closeOf(response: ServerResponse | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (response === undefined || response.closed) resolve();
  else response.once('close', resolve);
  return promise;
}

/** Says a last thing. What still comes is read and thrown away: closing over it could cost the client its answer. */
function endWith(socket: Duplex, text: string): void {
  if (!socket.writable) return;
  socket.end(text);
  socket.resume();
  const late = setTimeout(() => socket.destroy(), LINGER).unref();
  socket.once('close', () => clearTimeout(late));
}
