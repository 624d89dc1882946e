import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { session, sessionClient } from '../../session.ts';
import { useSubmit } from '../../ui/use-submit.ts';
import { refusalOf } from './password-refusal.ts';

/** Signs this tab in with an admin account. */
export function PasswordForm({ onSignedIn }: { onSignedIn: () => void }) {
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => sessionClient.signIn({ user: user.trim(), password }),
    onSuccess: (given) => {
      session.keep(given);
      onSignedIn();
    },
    onError: () => setPassword(''),
  });
  const onSubmit = useSubmit({
    pending: signIn.isPending,
    ready: user.trim() !== '' && password !== '',
    submit: () => signIn.mutate(),
  });
  return (
    <form noValidate onSubmit={onSubmit}>
      <Stack>
        <TextInput
          label="Name"
          required
          withAsterisk={false}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={64}
          autoFocus
          value={user}
          onChange={(event) => setUser(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          required
          withAsterisk={false}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {signIn.isError && (
          <Alert role="alert" color="red" variant="light" icon={<IconAlertTriangle size={18} />}>
            <Text c="var(--mantine-color-text)">
              {refusalOf(
                signIn.error,
                'The name or the password is wrong, or the account is disabled. An owner can set a new password.',
              )}
            </Text>
          </Alert>
        )}
        <Button type="submit" disabled={user.trim() === '' || password === ''} loading={signIn.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
