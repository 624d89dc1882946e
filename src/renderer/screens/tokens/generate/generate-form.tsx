import { Button, Collapse, Group, Select, Stack, Textarea, TextInput, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import type { Token } from '../../../../features/tokens/contract.ts';
import { api } from '../../../api.ts';
import { paths } from '../../../routes/paths.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { RestrictionsPicker } from '../../../ui/restrictions-picker.tsx';
import { useSubmit } from '../../../ui/use-submit.ts';
import { type Draft, emptyDraft, missing, toInput, within } from './draft.ts';
import { EndpointPicker } from './endpoint-picker.tsx';
import { ExpiryPicker } from './expiry-picker.tsx';
import { ScopePicker } from './scope-picker.tsx';

interface GenerateFormProps {
  onDirty: (dirty: boolean) => void;
  onMade: (made: { token: Token; secret: string }) => void;
  onCancel: () => void;
}

/** The fields of a new token, in the documentation's order. */
export function GenerateForm({ onDirty, onMade, onCancel }: GenerateFormProps) {
  const queries = useQueryClient();
  const policy = useQuery(api.tokens.policy.show.queryOptions());
  const [typed, setDraft] = useState<Draft>(emptyDraft);
  const draft = { ...typed, expiry: within(typed.expiry, policy.data?.maxLifetimeDays ?? null) };
  const [tried, setTried] = useState(false);
  const [narrowing, setNarrowing] = useState(false);
  const users = useQuery(api.directory.users.list.queryOptions());
  const upstream = useQuery(api.upstream.get.queryOptions());
  const create = useMutation(
    api.tokens.create.mutationOptions({
      // Out of the mutation cache at once: the secret is to be held by nothing but the next step.
      gcTime: 0,
      onSuccess: (made) => {
        void queries.invalidateQueries({ queryKey: api.tokens.key() });
        onMade(made);
      },
    }),
  );
  const set = (change: Partial<Draft>) => setDraft((now) => ({ ...now, ...change }));
  const problems = missing(draft, Date.now());
  const shown = tried ? problems : {};
  const active = users.data?.filter((user) => user.active) ?? [];
  const readerOnly =
    active.find((user) => user.id === draft.userId)?.access === 'read' && draft.scope !== 'read-only';
  const dirty = JSON.stringify(typed) !== JSON.stringify(emptyDraft);
  useEffect(() => {
    onDirty(dirty);
    return () => onDirty(false);
  }, [dirty, onDirty]);
  const submit = useSubmit({
    // Also once it is made: what follows is the secret's step.
    pending: create.isPending || create.isSuccess,
    ready: Object.keys(problems).length === 0,
    submit: () => create.mutate(toInput(draft, Date.now())),
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        setTried(true);
        submit(event);
      }}
    >
      <Stack gap="md">
        <Group grow align="flex-start" wrap="wrap" preventGrowOverflow={false}>
          <TextInput
            miw={220}
            label="Token name"
            placeholder="Payroll Integration"
            required
            maxLength={100}
            data-autofocus
            value={draft.name}
            error={shown.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <Select
            miw={220}
            label="Associated user"
            placeholder={users.isPending ? 'Loading users…' : 'The account it operates under'}
            required
            searchable
            nothingFoundMessage="No active user with these words"
            data={active.map((user) => ({ value: user.id, label: `${user.name} · ${user.email}` }))}
            value={draft.userId}
            error={shown.userId}
            onChange={(userId) => set({ userId })}
          />
        </Group>
        {users.isError && (
          <ErrorNotice error={users.error} doing="load the users" retry={() => void users.refetch()} />
        )}
        {users.data !== undefined && active.length === 0 && (
          <span role="status">
            A token operates under a user account, and this instance has none yet.{' '}
            <Link to={paths.settings('directory')}>Add a user in Settings</Link>.
          </span>
        )}
        <ScopePicker value={draft.scope} onChange={(scope) => set({ scope })} />
        {readerOnly && (
          <span className="dimmed" role="status">
            This user may only read, so the token will only read too, whatever its scope says.
          </span>
        )}
        {draft.scope === 'limited' && (
          <EndpointPicker
            value={draft.endpoints}
            error={shown.endpoints}
            onChange={(endpoints) => set({ endpoints })}
          />
        )}
        <div>
          <UnstyledButton aria-expanded={narrowing} onClick={() => setNarrowing(!narrowing)}>
            <Group gap={4}>
              {narrowing ? <IconChevronDown size={15} /> : <IconChevronRight size={15} />}
              <b>Restrict to business units, locations or user groups</b>
            </Group>
          </UnstyledButton>
          <Collapse expanded={narrowing}>
            {upstream.data?.catalogue.kind === 'proxied' && (
              <span className="dimmed" role="note">
                Requests are passed on to {upstream.data.catalogue.url}: it is told these restrictions, and
                enforcing them is its task.
              </span>
            )}
            <RestrictionsPicker
              value={draft.restrictions}
              onChange={(restrictions) => set({ restrictions })}
            />
          </Collapse>
        </div>
        <ExpiryPicker value={draft.expiry} error={shown.expiry} onChange={(expiry) => set({ expiry })} />
        <Textarea
          label="Note"
          placeholder="Who runs the integration, and whom to ask"
          maxLength={2_000}
          autosize
          minRows={1}
          maxRows={4}
          value={draft.note}
          onChange={(event) => set({ note: event.currentTarget.value })}
        />
        {create.isError && <ErrorNotice error={create.error} doing="generate the token" />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Generate Token
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
