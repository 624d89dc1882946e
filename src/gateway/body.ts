import type { IncomingMessage } from 'node:http';

/** A body of more bytes than this is answered 413. */
export const MAX_BODY_BYTES = 2 ** 20;
/** An unwanted body is read and thrown away up to so many bytes, so that the client comes to read its answer. */
const MAX_DISCARDED_BYTES = 16 * 2 ** 20;

/** What is wrong with how a body comes. */
export interface BodyFault {
  readonly detail: string;
  /** 408: it comes too slowly. */
  readonly status: 400 | 408;
}

export type ReadBody =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'too_large' }
  /** `fault` null: the client left. */
  | { readonly kind: 'broken'; readonly fault: BodyFault | null };

/** A body that is being read. */
export interface BodyReading {
  readonly result: Promise<ReadBody>;
  /** Ends the reading; null: the client left. */
  fail(fault: BodyFault | null): void;
}

/** Reads a body whole, up to MAX_BODY_BYTES. */
export function readBody(request: IncomingMessage, contentLength: number | null): BodyReading {
  const { promise, resolve } = Promise.withResolvers<ReadBody>();
  const reading = { result: promise, fail: (fault: BodyFault | null) => resolve({ kind: 'broken', fault }) };
  if (contentLength !== null && contentLength > MAX_BODY_BYTES) {
    resolve({ kind: 'too_large' });
    return reading;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    chunks.push(chunk);
    if (size <= MAX_BODY_BYTES) return;
    request.off('data', onData);
    request.pause();
    resolve({ kind: 'too_large' });
  };
  request.on('data', onData);
  request.on('end', () => resolve({ kind: 'whole', bytes: Buffer.concat(chunks, size) }));
  request.on('error', () => resolve({ kind: 'broken', fault: null }));
  request.on('close', () => resolve({ kind: 'broken', fault: null }));
  return reading;
}

/** Throws away what is left of a body; a client that sends too much of it loses its connection. */
export function discardBody(request: IncomingMessage): void {
  if (request.complete) return;
  let size = 0;
  request.on('error', () => undefined);
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_DISCARDED_BYTES) request.destroy();
  });
  request.resume();
}
