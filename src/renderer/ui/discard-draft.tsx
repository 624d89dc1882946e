import { Button, Group, Modal, Stack, Text } from '@mantine/core';

interface DiscardDraftProps {
  asking: boolean;
  /** What was typed, as "the new token". */
  what: string;
  onKeep: () => void;
  onDiscard: () => void;
}

/** Before a form goes away with what was typed into it. */
export const DiscardDraft = ({ asking, what, onKeep, onDiscard }: DiscardDraftProps) => (
  <Modal opened={asking} onClose={onKeep} title={`Discard ${what}?`} size={400}>
    <Stack>
      <Text>What you have filled in is not saved anywhere.</Text>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onKeep} data-autofocus>
          Keep editing
        </Button>
        <Button color="red" onClick={onDiscard}>
          Discard it
        </Button>
      </Group>
    </Stack>
  </Modal>
);
