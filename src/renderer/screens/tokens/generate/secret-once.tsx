import { Alert, Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useClipboard, useWindowEvent } from '@mantine/hooks';
import { IconCheck, IconCopy, IconEyeOff } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useBlocker } from 'react-router';
import classes from './generate.module.css';

interface SecretOnceProps {
  /** Whose it is, in a sentence. */
  lead: ReactNode;
  secret: string;
  onStored: () => void;
}

/** The one time a secret is shown. Nothing but "I have stored it" leaves this step. */
export function SecretOnce({ lead, secret, onStored }: SecretOnceProps) {
  const clipboard = useClipboard({ timeout: 2_000 });
  const [stored, setStored] = useState(false);
  useBlocker(({ nextLocation, currentLocation }) => nextLocation.pathname !== currentLocation.pathname);
  useWindowEvent('beforeunload', (event) => event.preventDefault());
  return (
    <Stack>
      <Text>
        {lead} Programs send this token as <span className="mono">Authorization: Bearer</span>.
      </Text>
      <div className={classes.secret}>
        <output className="mono" aria-label="The token’s secret">
          {secret}
        </output>
        <Button
          leftSection={clipboard.copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
          onClick={() => clipboard.copy(secret)}
          data-autofocus
        >
          {clipboard.copied ? 'Copied' : 'Copy token'}
        </Button>
      </div>
      {clipboard.error !== null && (
        <Text c="var(--gh-bad)" role="alert">
          The clipboard is not available. Select the token above and copy it by hand.
        </Text>
      )}
      <Alert variant="light" color="yellow" icon={<IconEyeOff size={18} />}>
        <Text c="var(--mantine-color-text)">
          It cannot be viewed again: only a keyed hash of it is kept. Put it into a password manager or your
          integration’s secret store, never into a repository or a chat.
        </Text>
      </Alert>
      <Group justify="space-between">
        <Checkbox
          label="I have stored it"
          checked={stored}
          onChange={(event) => setStored(event.currentTarget.checked)}
        />
        <Button disabled={!stored} onClick={onStored}>
          Done
        </Button>
      </Group>
    </Stack>
  );
}
