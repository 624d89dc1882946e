import type { LogRecord } from '../record.ts';
import { splitPath } from './own-record.ts';

/** What another program's access log says of a request. */
export interface ForeignRequest {
  readonly time: number;
  readonly address: string;
  readonly userName: string | null;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly durationMs: number;
  readonly upstreamMs: number | null;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly userAgent: string;
  /** Those of the request that the log has. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** As a record of ours, which has no token, no endpoint and no decision. */
export function foreignRecord(request: ForeignRequest, requestId: string): LogRecord {
  const { headers, target, ...same } = request;
  const [path, query] = splitPath(target);
  return {
    ...same,
    requestId,
    tokenId: null,
    tokenName: null,
    userId: null,
    path,
    query,
    endpoint: null,
    tag: null,
    reason: null,
    policyVersion: 0,
    secretId: null,
    secretPrefix: null,
    counted: false,
    request: { headers: headers.map(([name, value]) => [name, value]), body: null },
    response: { headers: [], body: null },
    checks: [],
    limits: null,
    removed: [],
  };
}

const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) (.*?)(?: HTTP\/\d(?:\.\d)?)?$/s;

/** The method and the target of a request line; what is none (a port scan's bytes) has no method, and is its own target. */
export function requestLine(line: string): [method: string, target: string] {
  const [, method, target] = REQUEST_LINE.exec(line) ?? [];
  return method === undefined || target === undefined ? ['', line] : [method, target];
}
