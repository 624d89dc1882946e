import { Alert, Button, Group, Skeleton, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ShownConnection } from '../../../main/connections/contract.ts';
import { api } from '../../api.ts';
import { CertificateFacts } from '../../ui/certificate-facts.tsx';
import { ErrorNotice, notifyError } from '../../ui/error-notice.tsx';
import { KeychainNote } from '../../ui/keychain-note.tsx';
import { PasswordOnly } from './password-only.tsx';

type Server = Extract<ShownConnection['target'], { kind: 'server' }>;

interface ServerSignInProps {
  connection: ShownConnection;
  target: Server;
  onSignedIn: () => void;
}

/** A server: who it is by its certificate, then the password of the account there. */
export function ServerSignIn({ connection, target, onSignedIn }: ServerSignInProps) {
  const seen = useQuery({ ...api.connections.test.queryOptions({ input: { target } }), gcTime: 0 });
  const pin = useMutation(
    api.connections.pin.mutationOptions({
      // The app asks through another door now; who is still signed in there need not do it again.
      onSuccess: () => window.location.reload(),
      onError: (error) => notifyError(error, 'trust the key'),
    }),
  );
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
      <KeychainNote what="you will have to sign in again" />
      <PasswordOnly onSignedIn={onSignedIn} />
    </>
  );
}
