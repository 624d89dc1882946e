import { Button, Code, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconLogin2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type SessionEnd, sessionClient } from '../../session.ts';
import { PasswordForm } from './password-form.tsx';
import classes from './sign-in.module.css';

export type SignInState =
  | 'signed-in'
  | 'exchanging'
  | 'no-credential'
  | 'refused'
  | 'unreachable'
  | SessionEnd;
type Why = Exclude<SignInState, 'signed-in' | 'exchanging'>;

interface Words {
  title: string;
  meaning: string;
}

const byLink: Record<Why, Words> = {
  'no-credential': {
    title: 'Open the console with its sign-in link',
    meaning:
      'This tab has no session. In a browser, the console is opened with a one-time link that the server prints; a session lives as long as its tab.',
  },
  refused: {
    title: 'This sign-in link no longer works',
    meaning: 'A link works once, and for 10 minutes. This one was used already, or is older.',
  },
  ended: {
    title: 'The session has ended',
    meaning: 'The server was restarted or ended this tab’s session. Nothing you saved is lost.',
  },
  'signed-out': { title: 'You are signed out', meaning: 'This tab’s session is over.' },
  unreachable: {
    title: 'The server does not answer',
    meaning: 'The console could be loaded but the server behind it is not reachable now.',
  },
};

/** Where they differ: there is a form below them. */
const byPassword: Partial<Record<Why, Words>> = {
  'no-credential': { title: 'Sign in to Gatehouse', meaning: 'With your admin account on this server.' },
  refused: {
    title: 'Sign in to Gatehouse',
    meaning: 'This server has admin accounts, so its sign-in links no longer work. Use yours.',
  },
  ended: {
    title: 'The session has ended',
    meaning: 'It expired or was ended elsewhere. Nothing you saved is lost.',
  },
};

interface SignInScreenProps {
  state: Exclude<SignInState, 'signed-in'>;
  onSignedIn: () => void;
}

/** What a browser without a session sees: what happened, what it means, what to do. */
export function SignInScreen({ state, onSignedIn }: SignInScreenProps) {
  const offers = useQuery({
    queryKey: ['session', 'offers'],
    queryFn: () => sessionClient.offers(),
    enabled: state !== 'exchanging',
  });
  return (
    <main className={classes.frame}>
      <Paper withBorder p="xl" maw={480} w="100%">
        {state === 'exchanging' || offers.isPending ? (
          <Stack aria-busy="true" aria-label="Signing in">
            <Title order={1}>Signing in…</Title>
            <Skeleton height={12} width="90%" />
            <Skeleton height={12} width="70%" />
          </Stack>
        ) : (
          <Stack>
            <IconLogin2 size={24} stroke={1.5} color="var(--gh-accent-text)" aria-hidden />
            <WhatNow
              state={offers.isError ? 'unreachable' : state}
              offers={offers.data}
              onSignedIn={onSignedIn}
            />
          </Stack>
        )}
      </Paper>
    </main>
  );
}

interface WhatNowProps {
  state: Why;
  offers: { password: boolean; link: boolean } | undefined;
  onSignedIn: () => void;
}

function WhatNow({ state, offers, onSignedIn }: WhatNowProps) {
  const { title, meaning } = (offers?.password ? byPassword[state] : undefined) ?? byLink[state];
  const words = (
    <>
      <Title order={1}>{title}</Title>
      <Text>{meaning}</Text>
    </>
  );
  if (offers === undefined)
    return (
      <>
        {words}
        <Button variant="default" onClick={() => window.location.reload()}>
          Try again
        </Button>
      </>
    );
  if (offers.password)
    return (
      <>
        {words}
        <PasswordForm onSignedIn={onSignedIn} />
      </>
    );
  if (!offers.link)
    return (
      <>
        <Title order={1}>This server has no admin account yet</Title>
        <Text>Nobody can sign in to it from here before it has one.</Text>
        <Text>
          On the server, run <Code>gatehouse admin add NAME --role owner --db FILE</Code>, then reload this
          page.
        </Text>
      </>
    );
  return (
    <>
      {words}
      <Text>
        To get a new link, run <Code>gatehouse serve</Code> (or <Code>npm start</Code>) again, and open the
        address that it prints, the one with <Code>#sign-in=</Code> in it.
      </Text>
    </>
  );
}
