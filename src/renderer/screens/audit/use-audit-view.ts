import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { type AuditAction, type AuditFilter, auditAction } from '../../../features/audit/contract.ts';
import { instantsOf, type Range, readRange, writeRange } from '../../ui/range.ts';

/** What the screen shows; all of it lives in the route. null: not narrowed. */
export interface AuditView {
  range: Range | null;
  actor: string | null;
  action: AuditAction | null;
  /** An id, or part of a name. */
  subject: string | null;
  /** The number of the entry whose drawer is open. */
  entry: number | null;
}

function read(query: URLSearchParams): AuditView {
  return {
    range: readRange(query),
    actor: query.get('actor'),
    action: auditAction.options.find((action) => action === query.get('action')) ?? null,
    subject: query.get('subject'),
    entry: Number.parseInt(query.get('entry') ?? '', 10) || null,
  };
}

function write(view: AuditView): URLSearchParams {
  const query = new URLSearchParams();
  writeRange(query, view.range);
  for (const key of ['actor', 'action', 'subject', 'entry'] as const) {
    const value = view[key];
    if (value !== null) query.set(key, String(value));
  }
  return query;
}

export type SetAuditView = (change: Partial<AuditView>, options?: { replace: boolean }) => void;

/** The view from the route, and a way to change it; "back" undoes a change unless it replaced the last one. */
export function useAuditView(): { view: AuditView; set: SetAuditView } {
  const [query, setQuery] = useSearchParams();
  const view = useMemo(() => read(query), [query]);
  const set: SetAuditView = useCallback(
    (change, options = { replace: false }) => setQuery((now) => write({ ...read(now), ...change }), options),
    [setQuery],
  );
  return { view, set };
}

export const noFilter = { range: null, actor: null, action: null, subject: null } as const;

export const isFiltered = ({ range, actor, action, subject }: AuditView): boolean =>
  range !== null || actor !== null || action !== null || subject !== null;

/** The view as the log's filter; a range that ends now is seen from `now`, Unix milliseconds. */
export function filterOf(view: Omit<AuditView, 'entry'>, now: number): AuditFilter {
  const { from, to } = view.range === null ? {} : instantsOf(view.range, now);
  return {
    ...(from && { from }),
    ...(to && { to }),
    ...(view.actor !== null && { actor: view.actor }),
    ...(view.action !== null && { action: view.action }),
    ...(view.subject !== null && { subject: view.subject }),
  };
}
