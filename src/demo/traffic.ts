import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';
import { Fault } from '../base/faults.ts';
import type { DemoRequest } from './requests.ts';

const CONCURRENCY = 8;
/** Milliseconds between two requests: 100 a second stays under the default burst limit for most tokens. */
const PACE_MS = 10;
/** Progress is told every so many requests at most, so that a close is noticed within a quarter of a second. */
const PROGRESS_STEP = 25;

export interface Progress {
  readonly sent: number;
  readonly of: number;
}

/**
 * Sends `of` requests to `origin` (as `http://127.0.0.1:8080`) and yields how many were answered. Closing the
 * iterator, or `signal`, stops it: nothing more is sent, and what is under way is cut off.
 */
export async function* sendTraffic(options: {
  origin: string;
  of: number;
  next: () => DemoRequest;
  clock: Clock;
  signal?: AbortSignal | undefined;
}): AsyncGenerator<Progress, void, void> {
  const { of, next, clock } = options;
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal]);
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const step = Math.min(PROGRESS_STEP, Math.ceil(of / 100));
  const inFlight = new Set<Promise<void>>();
  const begun = clock.monotonic();
  let started = 0;
  let sent = 0;
  let told = 0;
  // Kept, and thrown in the loop: a request can fail while the iterator rests at a yield.
  let failure = null as { thrown: unknown } | null;
  try {
    while (sent < of && !signal.aborted) {
      const due = begun + started * PACE_MS - clock.monotonic();
      const mayStart = started < of && inFlight.size < CONCURRENCY;
      if (mayStart && due <= 0) {
        started += 1;
        const one: Promise<void> = send(options.origin, next(), agent, signal)
          .then(
            () => {
              sent += 1;
            },
            (thrown: unknown) => {
              failure ??= { thrown };
            },
          )
          .finally(() => inFlight.delete(one));
        inFlight.add(one);
      } else {
        await Promise.race([...inFlight, ...(mayStart ? [sleep(Math.ceil(due))] : [])]);
      }
      if (failure !== null) throw failure.thrown;
      if (sent - told >= step) {
        told = sent;
        yield { sent, of };
      }
    }
    if (told < sent) yield { sent, of };
  } catch (thrown) {
    if (!(options.signal?.aborted ?? false)) throw thrown;
  } finally {
    stop.abort();
    await Promise.all(inFlight);
    agent.destroy();
  }
}

/** Resolves when the answer has been read. A gateway that is not there is the fault `gateway.stopped`. */
function send(origin: string, request: DemoRequest, agent: Agent, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: Error) =>
      reject(signal.aborted ? cause : new Fault('gateway.stopped', {}, { cause }));
    const { method, headers } = request;
    const out = httpRequest(new URL(request.target, origin), { method, headers, agent, signal }, (answer) => {
      answer.on('error', failed);
      answer.on('end', resolve);
      answer.resume();
    });
    out.on('error', failed);
    out.end(request.body ?? undefined);
  });
}
