import { Alert, Button, Group, Paper, PasswordInput, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ShownConnection } from '../../../main/connections/contract.ts';
import { api } from '../../api.ts';
import { useConnections, useConnectionsSettled, useSwitch } from '../../routes/use-connections.ts';
import { CertificateFacts } from '../../ui/certificate-facts.tsx';
import { ConnectionMark } from '../../ui/connection-mark.tsx';
import { ErrorNotice, notifyError } from '../../ui/error-notice.tsx';
import { useSubmit } from '../../ui/use-submit.ts';
import { refusalOf } from './password-refusal.ts';
import classes from './sign-in.module.css';

type Server = Extract<ShownConnection['target'], { kind: 'server' }>;

/** In the desktop app: the way in to the server of the current connection, or to another connection. */
export function ServerSignIn({ onSignedIn }: { onSignedIn: () => void }) {
  const list = useConnections();
  const change = useSwitch((error) => notifyError(error, 'switch to that connection'));
  const current = list.data?.find((connection) => connection.current);
  const others = list.data?.filter((connection) => !connection.current) ?? [];
  return (
    <main className={classes.frame}>
      <Paper withBorder p="xl" maw={560} w="100%">
        {list.isError ? (
          <ErrorNotice error={list.error} doing="read the connections" retry={() => void list.refetch()} />
        ) : current === undefined ? (
          <Skeleton height={96} />
        ) : (
          <Stack>
            <Group gap="xs" wrap="nowrap">
              <ConnectionMark colour={current.colour} />
              <Title order={1}>{current.name}</Title>
            </Group>
            {current.target.kind === 'server' ? (
              <OneServer connection={current} target={current.target} onSignedIn={onSignedIn} />
            ) : (
              <Button variant="default" onClick={() => window.location.reload()}>
                Try again
              </Button>
            )}
            {others.length > 0 && (
              <Stack gap="xs">
                <Text c="dimmed">Or use another connection</Text>
                <Group gap="xs">
                  {others.map(({ id, name, colour }) => (
                    <Button
                      key={id}
                      variant="default"
                      leftSection={<ConnectionMark colour={colour} />}
                      disabled={change.isPending}
                      onClick={() => change.mutate({ id })}
                    >
                      {name}
                    </Button>
                  ))}
                </Group>
              </Stack>
            )}
          </Stack>
        )}
      </Paper>
    </main>
  );
}

interface OneServerProps {
  connection: ShownConnection;
  target: Server;
  onSignedIn: () => void;
}

function OneServer({ connection, target, onSignedIn }: OneServerProps) {
  const seen = useQuery({ ...api.connections.test.queryOptions({ input: { target } }), gcTime: 0 });
  const pin = useMutation(
    api.connections.pin.mutationOptions({
      // The app asks through another door now; who is still signed in there need not do it again.
      onSuccess: () => window.location.reload(),
      onError: (error) => notifyError(error, 'trust the key'),
    }),
  );
  const keychain = useQuery(api.connections.keychain.queryOptions());
  const where = (
    <Text>
      <span className="mono">{target.user}</span> at <span className="mono">{target.url}</span>
    </Text>
  );
  if (seen.isPending) return <Skeleton height={96} />;
  if (seen.isError)
    return (
      <>
        {where}
        <ErrorNotice error={seen.error} doing="reach the server" retry={() => void seen.refetch()} />
      </>
    );
  const { certificate, problem } = seen.data;
  const changed = certificate !== null && target.pin !== null && certificate.pin !== target.pin;
  const untrusted = certificate !== null && target.pin === null && problem !== null;
  if (certificate !== null && (changed || untrusted))
    return (
      <>
        {where}
        <Alert
          role="alert"
          color={changed ? 'red' : 'yellow'}
          variant="light"
          icon={<IconAlertTriangle size={18} />}
          title={
            changed ? 'The key of this server has changed' : 'This computer does not trust the certificate'
          }
        >
          <Text c="var(--mantine-color-text)">
            {changed
              ? 'The server shows another key than the one you trusted. Either its owner has replaced it, or another server answers in its place. Nothing was sent to it. Ask the owner before you go on.'
              : `Nothing vouches for it (${problem}). Compare the hash of its key with what the server’s owner tells you; nothing was sent to it yet.`}
          </Text>
        </Alert>
        <CertificateFacts certificate={certificate} />
        <Group justify="flex-end" gap="xs">
          <Button
            color={changed ? 'red' : 'blue'}
            loading={pin.isPending}
            onClick={() => pin.mutate({ id: connection.id, pin: certificate.pin })}
          >
            {changed ? 'Trust the new key' : 'Trust this key'}
          </Button>
        </Group>
      </>
    );
  return (
    <>
      {where}
      {keychain.data?.forThisRunOnly && (
        <Alert
          color="yellow"
          variant="light"
          icon={<IconAlertTriangle size={18} />}
          title="For this run only"
        >
          <Text c="var(--mantine-color-text)">
            The system’s keychain cannot be used, so you will have to sign in again after the next start.
            Nothing is written to a file. ({keychain.data.forThisRunOnly})
          </Text>
        </Alert>
      )}
      <PasswordOnly onSignedIn={onSignedIn} />
    </>
  );
}

function PasswordOnly({ onSignedIn }: { onSignedIn: () => void }) {
  const settled = useConnectionsSettled();
  const [password, setPassword] = useState('');
  const signIn = useMutation(
    api.connections.signIn.mutationOptions({
      // The password is not kept with what was asked.
      gcTime: 0,
      onSuccess: async () => {
        await settled();
        onSignedIn();
      },
      onError: () => setPassword(''),
    }),
  );
  const onSubmit = useSubmit({
    pending: signIn.isPending,
    ready: password !== '',
    submit: () => signIn.mutate({ password }),
  });
  return (
    <form noValidate onSubmit={onSubmit}>
      <Stack>
        <PasswordInput
          label="Password"
          autoFocus
          autoComplete="off"
          value={password}
          error={
            signIn.isError
              ? refusalOf(
                  signIn.error,
                  'The name or the password is wrong, or the account is disabled. An owner can set a new password.',
                )
              : undefined
          }
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" disabled={password === ''} loading={signIn.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
