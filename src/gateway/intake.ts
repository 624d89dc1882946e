import type { IncomingMessage } from 'node:http';
import type { Head } from './head.ts';

/** What a request asks for: its line, and its head. */
export interface Intake {
  readonly method: string;
  /** The raw path, without the query. */
  readonly path: string;
  /** The raw query, without its `?`. */
  readonly query: string;
  readonly head: Head;
  /** Why it is not clear who asks or what for, so that this cannot be judged at all, or null. */
  readonly ambiguous: string | null;
}

export function readIntake(request: IncomingMessage, head: Head): Intake {
  const target = originForm(request.url ?? '');
  const text = target ?? request.url ?? '';
  const mark = text.indexOf('?');
  return {
    method: request.method ?? '',
    path: mark === -1 ? text : text.slice(0, mark),
    query: mark === -1 ? '' : text.slice(mark + 1),
    head,
    ambiguous: target === null ? 'The request target is neither a path nor an http URL.' : head.ambiguous,
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
