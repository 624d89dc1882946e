import type { IncomingMessage } from 'node:http';

/** What a request's head says, read once. */
export interface Intake {
  readonly method: string;
  /** The raw path, without the query. */
  readonly path: string;
  /** The raw query, without its `?`. */
  readonly query: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly authorization: string | null;
  readonly contentType: string | null;
  /** Bytes; null where the request does not say. */
  readonly contentLength: number | null;
  readonly hasBody: boolean;
  readonly userAgent: string;
  /** Why this cannot be judged as a request at all, or null. */
  readonly invalid: string | null;
}

/**
 * Reads the head. Headers that decide must be there once: of two, another reader might take the other one. A
 * credential counts only in `Authorization`; one in the query or in a cookie is never looked at.
 */
export function readIntake(request: IncomingMessage): Intake {
  const raw = request.rawHeaders;
  const headers: [string, string][] = [];
  let authorization: string | null = null;
  let contentType: string | null = null;
  let contentLength: number | null = null;
  let chunked = false;
  let userAgent = '';
  let hosts = 0;
  let invalid: string | null = null;
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    const value = raw[i + 1] as string;
    headers.push([name, value]);
    switch (name) {
      case 'authorization':
        if (authorization !== null) invalid = 'There is more than one Authorization header.';
        authorization = value;
        break;
      case 'host':
        hosts++;
        break;
      case 'content-type':
        if (contentType !== null) invalid = 'There is more than one Content-Type header.';
        contentType = value;
        break;
      case 'content-length':
        contentLength = Number(value);
        break;
      case 'transfer-encoding':
        chunked = true;
        break;
      case 'user-agent':
        userAgent = value;
        break;
      case 'expect':
        if (value.toLowerCase() !== '100-continue') invalid = 'This Expect header is not understood.';
        break;
    }
  }
  if (hosts > 1) invalid = 'There is more than one Host header.';
  if (hosts === 0 && request.httpVersion === '1.1') invalid = 'The Host header is missing.';
  const target = originForm(request.url ?? '');
  if (target === null) invalid = 'The request target is neither a path nor an http URL.';
  const text = target ?? request.url ?? '';
  const mark = text.indexOf('?');
  return {
    method: request.method ?? '',
    path: mark === -1 ? text : text.slice(0, mark),
    query: mark === -1 ? '' : text.slice(mark + 1),
    headers,
    authorization,
    contentType,
    contentLength,
    hasBody: chunked || (contentLength !== null && contentLength > 0),
    userAgent,
    invalid,
  };
}

/** The path and query of a request target; a server must also take the form with scheme and authority. */
function originForm(target: string): string | null {
  if (target.startsWith('/')) return target;
  const absolute = /^https?:\/\/[^/?#]+(.*)$/i.exec(target);
  if (absolute === null) return null;
  const rest = absolute[1] as string;
  return rest.startsWith('/') ? rest : `/${rest}`;
}
