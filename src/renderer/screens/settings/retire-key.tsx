import { Alert, Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { counted } from '../../ui/format.ts';
import type { ShownKey } from './shown-key.ts';

interface RetireKeyProps {
  /** null: closed. */
  shown: ShownKey | null;
  inEnvironment: boolean;
  onClose: () => void;
}

/** One confirmation; while live secrets hang on the key, their death has to be wanted. */
export function RetireKey({ shown, inEnvironment, onClose }: RetireKeyProps) {
  return (
    <Modal opened={shown !== null} onClose={onClose} title={`Retire the key ${shown?.id ?? ''}?`} size={520}>
      {shown !== null && <Confirmation shown={shown} inEnvironment={inEnvironment} onClose={onClose} />}
    </Modal>
  );
}

function Confirmation({ shown, inEnvironment, onClose }: RetireKeyProps & { shown: ShownKey }) {
  const queries = useQueryClient();
  const [wanted, setWanted] = useState(false);
  const retire = useMutation(
    api.tokens.keys.retire.mutationOptions({
      onSuccess: () => {
        notifications.show({ title: 'The key is retired', message: 'Nothing hangs on it any more.' });
        onClose();
      },
      onSettled: () => queries.invalidateQueries({ queryKey: api.tokens.key() }),
    }),
  );
  const force = shown.present && shown.live > 0;
  return (
    <Stack>
      <Text>
        The key and what hangs on it go away for good.{' '}
        {inEnvironment && 'Then take it out of GATEHOUSE_KEY as well.'}
      </Text>
      {force ? (
        <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={18} />}>
          <Text c="var(--mantine-color-text)">
            {counted(shown.live, 'live secret still hangs', 'live secrets still hang')} on it. Each moves to
            the current key when it is next used; those that did not are dead, and their tokens have to be
            rotated.
          </Text>
          <Checkbox
            mt="xs"
            label="Let them die"
            checked={wanted}
            onChange={(event) => setWanted(event.currentTarget.checked)}
          />
        </Alert>
      ) : (
        <Text c="dimmed">No live secret hangs on it.</Text>
      )}
      {retire.isError && <ErrorNotice error={retire.error} doing="retire the key" />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep it
        </Button>
        <Button
          color="red"
          disabled={force && !wanted}
          loading={retire.isPending}
          onClick={() => retire.mutate({ id: shown.id, force })}
        >
          Retire the key
        </Button>
      </Group>
    </Stack>
  );
}
