import type { Dispatcher } from 'undici';
import type { Clock } from '../../base/clock.ts';
import type { ReasonCode } from '../../base/reasons.ts';
import type { Answer } from '../answer.ts';
import { discardBody } from '../body.ts';
import type { Exchange } from '../exchange.ts';
import type { Responder } from '../responder.ts';

/**
 * An answer that goes on to the client as it comes. Its first byte leaves when the journal has its row; from then on
 * the upstream is read no faster than the client reads.
 */
export class StreamedAnswer {
  readonly #exchange: Exchange;
  readonly #clock: Clock;
  readonly #responder: Responder;
  readonly #upstream: Dispatcher.DispatchController;
  readonly #sentAt: number;
  /** What came although the upstream is paused; null from when the first byte may leave. */
  #early: Buffer[] | null = [];
  #ended = false;
  /** Why it was broken off, and by whom. */
  #failure: { readonly reason: ReasonCode; readonly by: 'upstream' | 'gateway' } | null = null;
  #bytes = 0;
  #pausedAt: number | null = null;
  #pausedMs = 0;

  constructor(
    exchange: Exchange,
    parts: { readonly clock: Clock; readonly responder: Responder },
    upstream: Dispatcher.DispatchController,
    sentAt: number,
  ) {
    this.#exchange = exchange;
    this.#clock = parts.clock;
    this.#responder = parts.responder;
    this.#upstream = upstream;
    this.#sentAt = sentAt;
  }

  begin(head: Answer): void {
    this.#pause();
    const { request, response } = this.#exchange;
    this.#responder.begin(this.#exchange, head, (open) => {
      const early = this.#early ?? [];
      this.#early = null;
      if (!open) {
        this.#upstream.abort(new Error('the answer could not begin'));
        return;
      }
      response.once('close', () => this.#onClose());
      response.on('drain', () => this.#resume());
      for (const chunk of early) this.write(chunk);
      if (this.#failure !== null) this.#cutOff();
      else if (this.#ended) response.end();
      else if (!response.writableNeedDrain) this.#resume();
      // The upstream may answer before it has read all: then the rest is in the way of the next request.
      if (this.#ended && this.#exchange.intake.head.hasBody && !this.#exchange.bodyRead) discardBody(request);
    });
  }

  write(chunk: Buffer): void {
    if (this.#early !== null) this.#early.push(chunk);
    else {
      this.#bytes += chunk.length;
      if (!this.#exchange.response.write(chunk)) this.#pause();
    }
  }

  end(): void {
    this.#ended = true;
    this.#measure();
    if (this.#early !== null) return;
    this.#exchange.response.end();
    if (this.#exchange.intake.head.hasBody && !this.#exchange.bodyRead) discardBody(this.#exchange.request);
  }

  /** It ends here: the client must not take what it has for the whole. */
  breakOff(reason: ReasonCode, by: 'upstream' | 'gateway'): void {
    this.#failure ??= { reason, by };
    this.#measure();
    if (this.#early === null) this.#cutOff();
  }

  #cutOff(): void {
    const { request, response } = this.#exchange;
    // Without a length or chunks only a reset tells the end from a break.
    if (request.httpVersion === '1.0') request.socket.resetAndDestroy();
    response.destroy();
  }

  #onClose(): void {
    this.#measure();
    const { response } = this.#exchange;
    const aborted = this.#failure?.by ?? (response.writableFinished ? null : 'client');
    const reason = this.#failure?.reason ?? (aborted === 'client' ? 'client.closed' : null);
    this.#responder.complete(this.#exchange, { bytes: this.#bytes, aborted, reason });
  }

  #pause(): void {
    this.#pausedAt ??= this.#clock.monotonic();
    this.#upstream.pause();
  }

  #resume(): void {
    this.#endPause();
    this.#upstream.resume();
  }

  #endPause(): void {
    if (this.#pausedAt !== null) this.#pausedMs += this.#clock.monotonic() - this.#pausedAt;
    this.#pausedAt = null;
  }

  /** The upstream's time is what it took, without what it waited for the client. */
  #measure(): void {
    this.#endPause();
    this.#exchange.upstreamMs = this.#clock.monotonic() - this.#sentAt - this.#pausedMs;
  }
}
