import { session } from '../../session.ts';
import type { SignInState } from './sign-in-screen.tsx';

/** The code of a `#sign-in=CODE` link, taken out of the address bar and the history. */
export function takeCode(): string | null {
  const code = /^#sign-in=([\w-]+)$/.exec(window.location.hash)?.[1];
  if (code === undefined) return null;
  window.history.replaceState(null, '', `${window.location.pathname}${window.location.search}#/`);
  return code;
}

/** Trades a one-time code for this tab's credential. */
export async function exchange(code: string): Promise<SignInState> {
  let response: Response;
  try {
    response = await fetch(new URL('/session', window.location.href), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
  } catch {
    return 'unreachable';
  }
  if (!response.ok) return 'refused';
  const { credential } = (await response.json()) as { credential: string };
  session.keep({ access: credential, refresh: null });
  return 'signed-in';
}
