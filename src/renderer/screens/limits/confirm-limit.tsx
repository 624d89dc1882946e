import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { rescueFocus } from '../../ui/rescue-focus.ts';
import { useSubmit } from '../../ui/use-submit.ts';
import { RehearseButton } from '../rehearsal/rehearse-button.tsx';
import type { Rehearsed } from '../rehearsal/rehearsed.ts';

/** A change of a limit that has no form, where something is taken away or comes into force. */
export interface LimitQuestion {
  title: string;
  /** What holds afterwards. */
  meaning: string;
  /** Names the deed: "Remove the ceiling". */
  confirm: string;
  keep: string;
  /** Whether less is allowed, or protected, afterwards. */
  grave: boolean;
  rehearsed: Rehearsed;
  /** Starts the change that `pending` is about. */
  act: () => void;
}

interface ConfirmLimitProps {
  /** null: nothing is asked. */
  question: LimitQuestion | null;
  pending: boolean;
  onClose: () => void;
}

/** One question before a limit changes without a form, with its rehearsal. */
export function ConfirmLimit({ question, pending, onClose }: ConfirmLimitProps) {
  return (
    <Modal
      opened={question !== null}
      onClose={onClose}
      // What it was asked from may be gone with the limit.
      onExitTransitionEnd={() => rescueFocus()}
      title={question?.title ?? ''}
      size={480}
    >
      {question !== null && <Asked question={question} pending={pending} onClose={onClose} />}
    </Modal>
  );
}

function Asked({
  question: { meaning, confirm, keep, grave, rehearsed, act },
  pending,
  onClose,
}: ConfirmLimitProps & { question: LimitQuestion }) {
  const onConfirm = useSubmit({ pending, submit: act });
  return (
    <Stack>
      <Text style={{ overflowWrap: 'anywhere' }}>{meaning}</Text>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          {keep}
        </Button>
        <RehearseButton rehearsed={rehearsed} />
        <Button {...(grave && { color: 'red' })} loading={pending} onClick={onConfirm}>
          {confirm}
        </Button>
      </Group>
    </Stack>
  );
}
