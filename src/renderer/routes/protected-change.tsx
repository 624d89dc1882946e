import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useProtection } from '../protection.ts';

/** Over the dialog whose change waits for it. */
const Z_INDEX = 340;

/** Asks before each change of a protected connection. */
export function ProtectedChange() {
  const question = useProtection((state) => state.question);
  return (
    <Modal
      opened={question !== null}
      onClose={() => question?.answer(false)}
      title={`Change ${question?.connection ?? ''}?`}
      size={420}
      zIndex={Z_INDEX}
      transitionProps={{ exitDuration: 0 }}
    >
      <Stack>
        <Text>
          <IconLock size={14} aria-hidden /> This connection is protected: each change of it is asked about.
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" data-autofocus onClick={() => question?.answer(false)}>
            Leave it as it is
          </Button>
          <Button onClick={() => question?.answer(true)}>Change {question?.connection}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
