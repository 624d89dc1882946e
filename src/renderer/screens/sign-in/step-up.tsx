import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { client, inDesktop } from '../../api.ts';
import { sessionClient } from '../../session.ts';
import { useStepUp } from '../../step-up.ts';
import { useSubmit } from '../../ui/use-submit.ts';
import { refusalOf } from './password-refusal.ts';

/** Over the dialog whose change waits for it. */
const Z_INDEX = 350;

/** Asks for the password again when a change of roles or keys needs it. */
export function StepUp() {
  const answer = useStepUp((state) => state.answer);
  return (
    <Modal
      opened={answer !== null}
      onClose={() => answer?.(false)}
      title="Your password, once more"
      size={420}
      zIndex={Z_INDEX}
      // Closed is gone: no password stays for the length of a transition.
      transitionProps={{ exitDuration: 0 }}
    >
      {answer !== null && <StepUpForm answer={answer} />}
    </Modal>
  );
}

function StepUpForm({ answer }: { answer: (given: boolean) => void }) {
  const [password, setPassword] = useState('');
  const stepUp = useMutation({
    mutationFn: async () => {
      await (inDesktop ? client.connections : sessionClient).stepUp({ password });
    },
    onSuccess: () => answer(true),
    onError: () => setPassword(''),
  });
  const onSubmit = useSubmit({
    pending: stepUp.isPending,
    ready: password !== '',
    submit: () => stepUp.mutate(),
  });
  return (
    <form noValidate onSubmit={onSubmit}>
      <Stack>
        <Text>
          This change decides who may do what, or concerns every token. It needs your password; for the next
          five minutes you are not asked again.
        </Text>
        <PasswordInput
          label="Password"
          data-autofocus
          autoComplete="current-password"
          value={password}
          error={stepUp.isError ? refusalOf(stepUp.error, 'The password is wrong.') : undefined}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => answer(false)}>
            Cancel
          </Button>
          <Button type="submit" disabled={password === ''} loading={stepUp.isPending}>
            Confirm
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
