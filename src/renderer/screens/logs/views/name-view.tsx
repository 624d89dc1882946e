import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useSubmit } from '../../../ui/use-submit.ts';

interface NameViewProps {
  title: string;
  /** The name to begin with. */
  first: string;
  /** The names that are taken: saving under one replaces it. */
  taken: readonly string[];
  action: string;
  pending: boolean;
  onName: (name: string) => void;
  onClose: () => void;
}

/** Asks for the name of a view. */
export function NameView({ title, first, taken, action, pending, onName, onClose }: NameViewProps) {
  const [name, setName] = useState(first);
  const trimmed = name.trim();
  const same = (one: string) => one.toLowerCase() === trimmed.toLowerCase();
  const replaces = taken.find((one) => same(one) && one.toLowerCase() !== first.toLowerCase());
  const submit = useSubmit({
    pending,
    ready: trimmed !== '' && trimmed.length <= 100,
    submit: () => onName(trimmed),
  });
  return (
    <Modal opened onClose={onClose} title={title} size={420}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            placeholder="Payroll over its limit"
            maxLength={100}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            data-autofocus
          />
          <Text c="dimmed" fz="xs">
            {replaces === undefined
              ? 'It keeps the query, the range and the columns, and everyone who uses this instance sees it.'
              : `There is a view named “${replaces}”; this takes its place.`}
          </Text>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={pending} disabled={trimmed === ''}>
              {replaces === undefined ? action : `Replace “${replaces}”`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
