import { Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Token } from '../../../../features/tokens/contract.ts';
import { api } from '../../../api.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { RestrictionsPicker } from '../../../ui/restrictions-picker.tsx';
import { useSubmit } from '../../../ui/use-submit.ts';
import { RehearseEdit } from '../../rehearsal/rehearse-tokens.tsx';
import { ChangeList } from '../changes/change-list.tsx';
import { changesOf } from '../changes/changes.ts';
import { EndpointPicker } from '../generate/endpoint-picker.tsx';
import { ExpiryPicker } from '../generate/expiry-picker.tsx';
import { ScopePicker } from '../generate/scope-picker.tsx';
import { usePlaceNames } from '../use-place-names.ts';
import { type EditDraft, editDraftOf, editProblems, toChange } from './edit-draft.ts';

interface EditFormProps {
  token: Token;
  onDirty: (dirty: boolean) => void;
  onSaved: () => void;
  onCancel: () => void;
}

/** The fields of a token that can be changed, and before saving what that changes. */
export function EditForm({ token, onDirty, onSaved, onCancel }: EditFormProps) {
  const queries = useQueryClient();
  const nameOf = usePlaceNames();
  const [draft, setDraft] = useState<EditDraft>(() => editDraftOf(token));
  const [reviewing, setReviewing] = useState(false);
  const set = (change: Partial<EditDraft>) => setDraft((now) => ({ ...now, ...change }));
  const update = useMutation(
    api.tokens.update.mutationOptions({
      onSuccess: ({ name }) => {
        notifications.show({ title: `${name} is changed`, message: 'It is judged by this from now on.' });
        onSaved();
      },
      onSettled: () => queries.invalidateQueries({ queryKey: api.tokens.key() }),
    }),
  );
  const problems = editProblems(draft, token, Date.now());
  const change = toChange(draft, token, Date.now());
  const changes = changesOf(token, change, nameOf);
  const dirty = changes.length > 0;
  useEffect(() => {
    onDirty(dirty);
    return () => onDirty(false);
  }, [dirty, onDirty]);
  const onSave = useSubmit({
    pending: update.isPending || update.isSuccess,
    submit: () => update.mutate({ id: token.id, ...change }),
  });
  if (reviewing) {
    return (
      <Stack>
        <Text>Saving changes this, and decides the next request:</Text>
        <ChangeList changes={changes} />
        {update.isError && <ErrorNotice error={update.error} doing="save the token" />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => setReviewing(false)}>
            Back
          </Button>
          <RehearseEdit token={token} change={change} />
          <Button data-autofocus loading={update.isPending} onClick={onSave}>
            Save changes
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (changes.length > 0 && Object.keys(problems).length === 0) setReviewing(true);
      }}
    >
      <Stack gap="md">
        <TextInput
          label="Token name"
          value={draft.name}
          maxLength={100}
          required
          data-autofocus
          error={problems.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        {token.status !== 'revoked' && (
          <>
            <ScopePicker value={draft.scope} onChange={(scope) => set({ scope })} />
            {draft.scope === 'limited' && (
              <EndpointPicker
                value={draft.endpoints}
                error={problems.endpoints}
                onChange={(endpoints) => set({ endpoints })}
              />
            )}
            <div>
              <b>Restrictions</b>
              <RestrictionsPicker
                value={draft.restrictions}
                onChange={(restrictions) => set({ restrictions })}
              />
            </div>
            <ExpiryPicker
              value={draft.expiry}
              error={problems.expiry}
              onChange={(expiry) => set({ expiry })}
            />
          </>
        )}
        <Textarea
          label="Note"
          placeholder="Who runs the integration, and whom to ask"
          value={draft.note}
          maxLength={2_000}
          autosize
          minRows={2}
          maxRows={8}
          onChange={(event) => set({ note: event.currentTarget.value })}
        />
        <Group justify="space-between" gap="xs">
          <Text c="dimmed" fz="xs" role="status">
            {changes.length === 0
              ? 'Nothing is changed yet.'
              : `Changed: ${changes.map(({ field }) => field.toLowerCase()).join(', ')}.`}
          </Text>
          <Group gap="xs">
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
            <RehearseEdit token={token} change={change} ready={Object.keys(problems).length === 0} />
            <Button type="submit" disabled={changes.length === 0 || Object.keys(problems).length > 0}>
              Review changes
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
