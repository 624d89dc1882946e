import { PassThrough } from 'node:stream';
import type { Dispatcher, Pool } from 'undici';
import type { Clock } from '../../base/clock.ts';
import type { ReasonCode } from '../../base/reasons.ts';
import type { Answer } from '../answer.ts';
import { type BodyFault, discardBody } from '../body.ts';
import type { Exchange } from '../exchange.ts';
import type { Responder } from '../responder.ts';
import { upstreamFailure } from './failure.ts';
import type { IdentityHeaders } from './identity-headers.ts';
import { requestHeaders } from './request-headers.ts';
import { headerOf, responseHeaders } from './response-headers.ts';
import { StreamedAnswer } from './streamed-answer.ts';
import { targetOf } from './target.ts';

/** Bytes; an answer that says that it is no longer than this is passed on whole, with one row in the journal. */
const MAX_BUFFERED = 64 * 1024;

/** How the pipeline answers. */
export interface Replies {
  answer(exchange: Exchange, answer: Answer): void;
  refuse(exchange: Exchange, reason: ReasonCode, detail: string): void;
  /** Answers that its body has a fault. */
  refuseBody(exchange: Exchange, fault: BodyFault): void;
  fail(exchange: Exchange, cause: unknown): void;
}

/** Why a request that was let in may not go on. */
export interface LateRefusal {
  readonly reason: ReasonCode;
  readonly checks: Exchange['checks'];
  readonly answer: Answer;
}

interface Parts {
  readonly pool: Pool;
  readonly prefix: string;
  readonly identity: IdentityHeaders;
  readonly clock: Clock;
  readonly responder: Responder;
  readonly replies: Replies;
}

/** What the upstream still says is for nobody: the client left, what it sent was no longer HTTP, or it may not have it. */
class BrokenOff extends Error {}

/** One request on its way to the upstream and back: both bodies as streams, each no faster than its reader. */
export class UpstreamCall implements Dispatcher.DispatchHandler {
  readonly #exchange: Exchange;
  readonly #parts: Parts;
  #controller: Dispatcher.DispatchController | null = null;
  #broken = false;
  #sentAt = 0;
  #status = 0;
  #headers: string[] = [];
  /** The answer's body, where it is short. */
  #chunks: Buffer[] = [];
  #stream: StreamedAnswer | null = null;

  constructor(exchange: Exchange, parts: Parts) {
    this.#exchange = exchange;
    this.#parts = parts;
  }

  begin(): void {
    const { request, response, intake, compiled } = this.#exchange;
    const { pool, prefix, identity, clock, responder, replies } = this.#parts;
    if (response.destroyed || request.socket.destroyed) {
      responder.clientLeft(this.#exchange);
      return;
    }
    const target = targetOf(intake, request.url ?? '', prefix);
    const upgrade = request.headers.upgrade ?? 'h2c';
    const wrong = !target.ok
      ? target.detail
      : !/^\s*h2c\s*$/i.test(upgrade) && /\bupgrade\b/i.test(request.headers.connection ?? '')
        ? 'This gateway does not switch to another protocol.'
        : null;
    if (!target.ok || wrong !== null) {
      replies.refuse(this.#exchange, 'request.invalid', wrong ?? '');
      return;
    }
    if (compiled === null) throw new Error('nothing is passed on without a token');
    this.#exchange.checks = [
      ...this.#exchange.checks,
      { check: 'request', passed: true, detail: 'left to the upstream' },
      { check: 'restrictions', passed: true, detail: `left to the upstream: ${compiled.restrictionDetail}` },
    ];
    response.once('close', this.#onClientClose);
    const { hasBody, contentLength } = intake.head;
    const body = hasBody ? this.#bodyOf() : null;
    const headers = requestHeaders(request.rawHeaders, {
      address: this.#exchange.judged.address,
      identity: identity(compiled, this.#exchange.requestId),
      contentLength: hasBody ? contentLength : null,
    });
    this.#sentAt = clock.monotonic();
    const method = intake.method as Dispatcher.HttpMethod;
    pool.dispatch({ path: target.path, method, headers, body }, this);
  }

  /** The client's body, counted. It is a stream of its own: the upstream may refuse it without the client's being lost. */
  #bodyOf(): PassThrough {
    const exchange = this.#exchange;
    const { request, response } = exchange;
    if (exchange.expectsContinue) response.writeContinue();
    const body = new PassThrough();
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      exchange.bytesIn = bytes;
    });
    request.once('end', () => {
      exchange.bodyRead = true;
    });
    const leave = () => {
      request.unpipe(body);
      // That pauses it, also where the rest of it is being discarded already; and unread, it is in the way of what
      // the connection brings next.
      if (exchange.settled) discardBody(request);
    };
    body.once('error', leave);
    body.once('close', leave);
    request.pipe(body);
    return body;
  }

  readonly #onClientClose = (): void => {
    if (!this.#exchange.response.writableFinished) this.#breakOff(null);
  };

  /** As breakOff, where the body is not all there yet: what comes behind it is of another request. */
  breakBody(fault: BodyFault | null): boolean {
    return !this.#exchange.request.complete && this.#breakOff(fault);
  }

  /**
   * Ends it because of its client; false where it has been answered.
   * @param fault null: the client left
   */
  #breakOff(fault: BodyFault | null): boolean {
    const exchange = this.#exchange;
    const { response } = exchange;
    if (response.writableFinished) return false;
    if (this.#broken) return true;
    this.#broken = true;
    exchange.broken = { fault };
    this.#controller?.abort(new BrokenOff());
    if (exchange.settled) {
      // Nothing may be written into the midst of an answer; one that is whole still goes out.
      if (this.#stream !== null) response.destroy();
      else response.once('finish', () => exchange.request.socket.end());
      return true;
    }
    exchange.upstreamMs = this.#elapsed();
    if (fault === null) this.#parts.responder.clientLeft(exchange);
    else this.#parts.replies.refuseBody(exchange, fault);
    return true;
  }

  /** Ends it because the client may not have it any more: with that answer, or in the midst of the one it is getting. */
  refuse(refused: LateRefusal): void {
    const exchange = this.#exchange;
    if (this.#broken || exchange.response.writableFinished) return;
    // A short answer is on its way, whole.
    if (exchange.settled && this.#stream === null) return;
    this.#broken = true;
    this.#controller?.abort(new BrokenOff());
    if (this.#stream !== null) {
      this.#stream.breakOff(refused.reason, 'gateway');
      return;
    }
    exchange.upstreamMs = this.#elapsed();
    exchange.checks = refused.checks;
    this.#parts.replies.answer(exchange, refused.answer);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#broken) controller.abort(new BrokenOff());
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    // 102 and 103 are not the answer yet.
    if (status < 200 || this.#broken) return;
    const raw = textsOf(controller.rawHeaders);
    this.#status = status;
    this.#headers = responseHeaders(raw, status === 204);
    const empty = status === 204 || status === 304 || this.#exchange.intake.method === 'HEAD';
    const length = headerOf(raw, 'content-length');
    if (empty || (length !== null && Number(length) <= MAX_BUFFERED)) return;
    this.#exchange.upstreamMs = this.#elapsed();
    this.#stream = new StreamedAnswer(this.#exchange, this.#parts, controller, this.#sentAt);
    this.#stream.begin(this.#answer(null));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#broken) return;
    if (this.#stream !== null) this.#stream.write(chunk);
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#broken) return;
    if (this.#stream !== null) this.#stream.end();
    else {
      this.#exchange.upstreamMs = this.#elapsed();
      this.#parts.replies.answer(this.#exchange, this.#answer(Buffer.concat(this.#chunks)));
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#broken || error instanceof BrokenOff) return;
    const exchange = this.#exchange;
    const failure = upstreamFailure(error);
    if (this.#stream !== null) {
      this.#stream.breakOff(failure?.reason ?? 'upstream.failed', 'upstream');
      return;
    }
    exchange.upstreamMs = this.#elapsed();
    if (failure === null) {
      this.#parts.replies.fail(exchange, error);
      return;
    }
    exchange.checks = [...exchange.checks, { check: 'upstream', passed: false, detail: failure.compared }];
    this.#parts.replies.refuse(exchange, failure.reason, failure.detail);
  }

  #answer(body: Buffer | null): Answer {
    const type = headerOf(this.#headers, 'content-type') ?? '';
    return { status: this.#status, reason: null, headers: this.#headers, type, body, passedOn: true };
  }

  #elapsed(): number {
    return this.#parts.clock.monotonic() - this.#sentAt;
  }
}

/** Header bytes are Latin-1 (RFC 9110, 5.5), and go on as they came. */
const textsOf = (raw: Dispatcher.DispatchController['rawHeaders']): string[] =>
  Array.isArray(raw) ? raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1'))) : [];
