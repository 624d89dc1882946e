import { type ReactNode, useEffect, useState } from 'react';
import { inDesktop } from '../../api.ts';
import { queryClient } from '../../query-client.ts';
import { SESSION_ENDED, type SessionEnd, session } from '../../session.ts';
import { ConnectionSignIn } from './connection-sign-in.tsx';
import { exchange, takeCode } from './exchange.ts';

import { SignInScreen, type SignInState } from './sign-in-screen.tsx';

// Taken once, at load: the code is spent by its first use and must not stay in the address bar.
const code = inDesktop ? null : takeCode();

const initial = (): SignInState => {
  if (inDesktop) return 'signed-in';
  if (code !== null) return 'exchanging';
  return session.credential() === null ? 'no-credential' : 'signed-in';
};

let exchanging: Promise<SignInState> | undefined;

/** Shows its children to whoever may see them: on a local file everybody, else who has a session. */
export function SignedIn({ children }: { children: ReactNode }) {
  const [state, setState] = useState<SignInState>(initial);
  useEffect(() => {
    if (code === null) return;
    exchanging ??= exchange(code);
    void exchanging.then(setState);
  }, []);
  useEffect(() => {
    const ended = (event: Event) => {
      queryClient.clear();
      setState((event as CustomEvent<SessionEnd>).detail);
    };
    window.addEventListener(SESSION_ENDED, ended);
    return () => window.removeEventListener(SESSION_ENDED, ended);
  }, []);
  if (state === 'signed-in') return children;
  const signedIn = () => setState('signed-in');
  return inDesktop ? (
    <ConnectionSignIn onSignedIn={signedIn} />
  ) : (
    <SignInScreen state={state} onSignedIn={signedIn} />
  );
}
