import { Pool } from 'undici';
import { type Clock, SECOND } from '../../base/clock.ts';
import { guardAddresses } from '../../features/upstream/address-guard.ts';
import type { CheckedUpstream } from '../../features/upstream/check.ts';
import type { BodyFault } from '../body.ts';
import type { Exchange } from '../exchange.ts';
import type { Responder } from '../responder.ts';
import { createConnector, type Resolve } from './connector.ts';
import { type LateRefusal, type Replies, UpstreamCall } from './forward.ts';
import { createIdentityHeaders } from './identity-headers.ts';
import type { PlaceNames } from './place-names.ts';

/** An idle connection is kept for so long, unless the upstream says less. */
const KEEP_ALIVE = 4 * SECOND;
const MAX_KEEP_ALIVE = 60 * SECOND;
/** Bytes of the head of an answer. */
const MAX_HEAD_BYTES = 64 * 1024;

/** The upstream that is proxied to. */
export interface UpstreamProxy {
  /** Passes an authorised request on; its answer is journalled and written as it comes. */
  forward(exchange: Exchange, replies: Replies): void;
  /**
   * The body of the last request of a connection has a fault, or its client left (null): what is passed on for it is
   * ended. False where it has all its body.
   */
  breakOff(socket: object, fault: BodyFault | null): boolean;
  /** Ends those whose client may not go on with them; null: it may. */
  endRefused(judgeAgain: (exchange: Exchange) => LateRefusal | null): void;
  /** Ends every connection to the upstream. */
  close(): Promise<void>;
}

/** @param parts.resolve in place of the system's name service, for tests */
export function createProxy(parts: {
  upstream: CheckedUpstream;
  /** For the identity headers. */
  placeNames: PlaceNames;
  clock: Clock;
  responder: Responder;
  resolve?: Resolve | undefined;
}): UpstreamProxy {
  const { upstream, clock, responder } = parts;
  const { settings, origin, prefix } = upstream;
  const guard = guardAddresses(settings.allowAddresses);
  const pool = new Pool(origin, {
    connect: createConnector(guard, settings.connectSeconds * SECOND, parts.resolve),
    allowH2: false,
    // One request a connection: an answer that takes its time holds up nobody else's.
    pipelining: 1,
    headersTimeout: settings.headersSeconds * SECOND,
    bodyTimeout: settings.idleSeconds * SECOND,
    keepAliveTimeout: KEEP_ALIVE,
    keepAliveMaxTimeout: MAX_KEEP_ALIVE,
    maxHeaderSize: MAX_HEAD_BYTES,
  });
  /** The last one of each connection. */
  const calls = new WeakMap<object, UpstreamCall>();
  const running = new Map<UpstreamCall, Exchange>();
  const identity = createIdentityHeaders(parts.placeNames);
  return {
    forward(exchange, replies) {
      const call = new UpstreamCall(exchange, { pool, prefix, identity, clock, responder, replies });
      calls.set(exchange.request.socket, call);
      running.set(call, exchange);
      exchange.response.once('close', () => running.delete(call));
      call.begin();
    },
    breakOff: (socket, fault) => calls.get(socket)?.breakBody(fault) ?? false,
    endRefused(judgeAgain) {
      for (const [call, exchange] of running) {
        const refused = judgeAgain(exchange);
        if (refused !== null) call.refuse(refused);
      }
    },
    close: () => pool.destroy(),
  };
}
