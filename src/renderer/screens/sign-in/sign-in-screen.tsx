import { Button, Code, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconLogin2 } from '@tabler/icons-react';
import classes from './sign-in.module.css';

export type SignInState = 'signed-in' | 'exchanging' | 'no-credential' | 'refused' | 'ended' | 'unreachable';

const texts: Record<Exclude<SignInState, 'signed-in' | 'exchanging'>, { title: string; meaning: string }> = {
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
  unreachable: {
    title: 'The server does not answer',
    meaning: 'The console could be loaded but the server behind it is not reachable now.',
  },
};

/** What a browser without a session sees: what happened, what it means, what to do. */
export function SignInScreen({ state }: { state: Exclude<SignInState, 'signed-in'> }) {
  return (
    <main className={classes.frame}>
      <Paper withBorder p="xl" maw={480} w="100%">
        {state === 'exchanging' ? (
          <Stack aria-busy="true" aria-label="Signing in">
            <Title order={1}>Signing in…</Title>
            <Skeleton height={12} width="90%" />
            <Skeleton height={12} width="70%" />
          </Stack>
        ) : (
          <Stack>
            <IconLogin2 size={24} stroke={1.5} color="var(--gh-accent-text)" aria-hidden />
            <Title order={1}>{texts[state].title}</Title>
            <Text>{texts[state].meaning}</Text>
            <Text>
              To get a new link, run <Code>gatehouse serve</Code> (or <Code>npm start</Code>) again, and open
              the address that it prints, the one with <Code>#sign-in=</Code> in it.
            </Text>
            {state === 'unreachable' && (
              <Button variant="default" onClick={() => window.location.reload()}>
                Try again
              </Button>
            )}
          </Stack>
        )}
      </Paper>
    </main>
  );
}
