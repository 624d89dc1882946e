import type { Intake } from '../intake.ts';
import { holdsToken } from './request-headers.ts';

export type Target =
  | { readonly ok: true; readonly path: string }
  /** What is wrong with it, for the client. */
  | { readonly ok: false; readonly detail: string };

/**
 * Path and query as the upstream gets them: byte for byte what the client sent, behind `prefix`. That the path leaves
 * nothing but its own segments to be read in it (no dot segments, no encoded slash) has been seen to by the catalogue,
 * which has no such endpoint.
 */
export function targetOf({ path, query }: Intake, url: string, prefix: string): Target {
  const target = url.startsWith('/') ? url : query === '' ? path : `${path}?${query}`;
  if (target.includes('#')) return { ok: false, detail: 'A request target has no fragment.' };
  if (holdsToken(target))
    return {
      ok: false,
      detail: 'There is a token in the URL; it is not passed on. Send it in Authorization.',
    };
  return { ok: true, path: prefix + target };
}
