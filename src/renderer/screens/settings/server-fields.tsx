import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { Target } from '../../../main/connections/contract.ts';
import { api } from '../../api.ts';
import { CertificateFacts } from '../../ui/certificate-facts.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';

type Server = Extract<Target, { kind: 'server' }>;

interface ServerFieldsProps {
  target: Server;
  /** Where a connection leads stays. */
  fixed: boolean;
  onChange: (target: Server) => void;
}

/** A server's admin door, and the account there. */
export function ServerFields({ target, fixed, onChange }: ServerFieldsProps) {
  const test = useMutation(api.connections.test.mutationOptions());
  const certificate = test.data?.certificate ?? null;
  const problem = test.data?.problem ?? null;
  return (
    <>
      <TextInput
        label="Address"
        description="Of the server’s admin door, as it prints it at its start"
        placeholder="https://gatehouse.example:8788"
        required
        disabled={fixed}
        classNames={{ input: 'mono' }}
        value={target.url}
        onChange={(event) => {
          // Another server's key says nothing of this one.
          onChange({ ...target, url: event.currentTarget.value, pin: null });
          test.reset();
        }}
      />
      <TextInput
        label="Admin account"
        description="You sign in with its password when you switch to the connection."
        required
        disabled={fixed}
        autoCapitalize="none"
        spellCheck={false}
        maxLength={64}
        value={target.user}
        onChange={(event) => onChange({ ...target, user: event.currentTarget.value })}
      />
      <Group gap="xs">
        <Button
          variant="default"
          disabled={target.url.trim() === '' || target.user.trim() === ''}
          loading={test.isPending}
          onClick={() => test.mutate({ target })}
        >
          Test
        </Button>
      </Group>
      {test.isError && <ErrorNotice error={test.error} doing="reach the server" />}
      {test.data !== undefined && (problem === null || certificate?.pin === target.pin) && (
        <Alert color="teal" variant="light" icon={<IconCircleCheck size={18} />} role="status">
          {certificate === null
            ? 'The server answers, on this computer alone and without TLS.'
            : problem === null
              ? 'The server answers, and this computer trusts its certificate.'
              : 'The server answers, and you trust its key.'}
        </Alert>
      )}
      {certificate !== null && problem !== null && certificate.pin !== target.pin && (
        <Alert
          color="yellow"
          variant="light"
          icon={<IconAlertTriangle size={18} />}
          title="This computer does not trust the certificate"
        >
          <Stack gap="xs">
            <Text c="var(--mantine-color-text)">
              Nothing vouches for it ({problem}). Compare the hash of its key with what the server’s owner
              tells you.
            </Text>
            <CertificateFacts certificate={certificate} />
            {!fixed && (
              <Group>
                <Button variant="default" onClick={() => onChange({ ...target, pin: certificate.pin })}>
                  Trust this key
                </Button>
              </Group>
            )}
          </Stack>
        </Alert>
      )}
    </>
  );
}
