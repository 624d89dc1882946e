import { Anchor, Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Token } from '../../../features/tokens/contract.ts';
import { api } from '../../api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import classes from './tokens.module.css';

/** The note, and renaming. */
export function EditToken({ token }: { token: Token }) {
  const queries = useQueryClient();
  const [editing, setEditing] = useState(false);
  const [name, setName] = useState(token.name);
  const [note, setNote] = useState(token.note);
  const update = useMutation(
    api.tokens.update.mutationOptions({
      onSuccess: () => setEditing(false),
      onSettled: () => queries.invalidateQueries({ queryKey: api.tokens.key() }),
    }),
  );
  const edit = () => {
    setName(token.name);
    setNote(token.note);
    setEditing(true);
  };
  return (
    <section className={classes.section}>
      <h3>
        Note
        {!editing && (
          <Anchor component="button" type="button" fz="sm" onClick={edit}>
            Edit name and note
          </Anchor>
        )}
      </h3>
      {editing ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            update.mutate({ id: token.id, name: name.trim(), note });
          }}
        >
          <Stack gap="xs">
            <TextInput
              label="Token name"
              value={name}
              maxLength={100}
              required
              data-autofocus
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Textarea
              label="Note"
              value={note}
              maxLength={2_000}
              autosize
              minRows={2}
              maxRows={8}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
            {update.isError && <ErrorNotice error={update.error} doing="save the token" />}
            <Group gap="xs" justify="flex-end">
              <Button variant="default" onClick={() => setEditing(false)}>
                Cancel
              </Button>
              <Button type="submit" disabled={name.trim() === ''} loading={update.isPending}>
                Save
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <Text {...(token.note === '' ? { c: 'dimmed' } : {})} style={{ whiteSpace: 'pre-wrap' }}>
          {token.note === '' ? 'No note. Say who runs the integration and whom to ask.' : token.note}
        </Text>
      )}
    </section>
  );
}
