import { Button, PasswordInput, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useConnectionsSettled } from '../../routes/use-connections.ts';
import { useSubmit } from '../../ui/use-submit.ts';
import { refusalOf } from './password-refusal.ts';

/** The password of the account that the current connection names. */
export function PasswordOnly({ onSignedIn }: { onSignedIn: () => void }) {
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
