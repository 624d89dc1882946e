import { Button, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Limit, LimitTarget } from '../../../features/limits/contract.ts';
import { useSubmit } from '../../ui/use-submit.ts';
import { RehearseButton } from '../rehearsal/rehearse-button.tsx';
import { limitRehearsed } from '../rehearsal/rehearsed.ts';
import { burstRemark, draftOf, LimitFields, limitOf, sameLimit } from './limit-fields.tsx';

interface LimitFormProps {
  limit: Limit;
  /** Whose limit saving sets, or tries: a trial is rehearsed as if it were in force. */
  target: LimitTarget;
  /** Save even if nothing was changed: the limit does not exist yet. */
  isNew?: boolean;
  saving: boolean;
  error: ReactNode;
  onSave: (limit: Limit) => void;
  onCancel?: () => void;
  /** More buttons, left of these. */
  children?: ReactNode;
}

/** The three figures of a limit with Save; what was typed can be taken back until then. */
export function LimitForm({
  limit,
  target,
  isNew = false,
  saving,
  error,
  onSave,
  onCancel,
  children,
}: LimitFormProps) {
  const [draft, setDraft] = useState(() => draftOf(limit));
  const parsed = limitOf(draft);
  const changed = isNew || !sameLimit(parsed, limit);
  const remark = parsed === null ? null : burstRemark(parsed);
  const onSubmit = useSubmit({
    pending: saving,
    ready: parsed !== null && changed,
    submit: () => parsed !== null && onSave(parsed),
  });
  return (
    <form onSubmit={onSubmit}>
      <Stack gap="xs">
        <LimitFields value={draft} onChange={setDraft} />
        <Group justify="flex-end" gap="xs">
          <Text c="dimmed" fz="xs" flex="1 1 200px" role="status">
            {remark}
          </Text>
          {children}
          {(changed || onCancel !== undefined) && (
            <Button
              variant="default"
              onClick={() => (onCancel === undefined ? setDraft(draftOf(limit)) : onCancel())}
            >
              Cancel
            </Button>
          )}
          <RehearseButton rehearsed={parsed === null || !changed ? null : limitRehearsed(target, parsed)} />
          <Button type="submit" disabled={parsed === null || !changed} loading={saving}>
            Save
          </Button>
        </Group>
        {error}
      </Stack>
    </form>
  );
}
