import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Clock, SECOND } from '../base/clock.ts';
import { newId } from '../base/ids.ts';
import type { Journal } from '../features/logs/journal.ts';
import type { LogRecord } from '../features/logs/record.ts';
import { problemAnswer } from './answer.ts';
import { clientAddress } from './client-address.ts';

/** Logs and answers what came on a connection and is no request. */
export interface NotHttp {
  /**
   * @param code what the parser called it, as `HPE_INVALID_METHOD`
   * @param before the last answer that is due on the connection before this one
   */
  refuse(socket: Duplex, code: string, before: ServerResponse | undefined): void;
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
  policyVersion(): number;
  onFailure(cause: unknown): void;
}): NotHttp {
  const { clock, journal } = parts;
  return {
    refuse(socket, code, before) {
      const time = clock.now();
      const requestId = newId(time);
      const status = STATUSES[code] ?? 400;
      const detail = `This is not a request in HTTP/1.1 that can be served (${code}).`;
      const answer = problemAnswer(requestId, { reason: 'request.invalid', detail, status });
      const body = answer.body ?? '';
      const headers: [string, string][] = [
        ['X-Request-Id', requestId],
        ['Content-Type', answer.type],
        ['Content-Length', String(Buffer.byteLength(body))],
        ['Connection', 'close'],
      ];
      const record: LogRecord = {
        requestId,
        time,
        tokenId: null,
        tokenName: null,
        userId: null,
        userName: null,
        address: clientAddress((socket as Partial<Socket>).remoteAddress),
        // What was sent may hold anything, so nothing of it is kept.
        method: '-',
        path: '-',
        query: '',
        endpoint: null,
        tag: null,
        status,
        reason: 'request.invalid',
        durationMs: 0,
        upstreamMs: null,
        bytesIn: 0,
        bytesOut: Buffer.byteLength(body),
        userAgent: '',
        policyVersion: parts.policyVersion(),
        counted: false,
        request: { headers: [], body: null },
        response: { headers, body: { type: answer.type, bytes: Buffer.byteLength(body), text: body } },
        checks: [{ check: 'request', passed: false, detail: code }],
        limits: null,
        removed: [],
      };
      const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      const text = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n${body}`;
      Promise.allSettled([journal.append(record), closeOf(before)])
        .then(([journalled]) => {
          if (journalled.status === 'fulfilled') return endWith(socket, text);
          parts.onFailure(journalled.reason);
          socket.destroy();
        })
        .catch(parts.onFailure);
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
