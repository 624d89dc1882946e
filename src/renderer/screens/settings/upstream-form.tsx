import {
  Button,
  Collapse,
  Group,
  NumberInput,
  Stack,
  TagsInput,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { UpstreamSettings } from '../../../features/upstream/contract.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useSubmit } from '../../ui/use-submit.ts';
import type { useUpstream } from './use-upstream.ts';

const fresh: UpstreamSettings = {
  url: '',
  openApiFile: '',
  allowAddresses: [],
  connectSeconds: 5,
  headersSeconds: 60,
  idleSeconds: 60,
};

const times = [
  { field: 'connectSeconds', label: 'Connect within (s)' },
  { field: 'headersSeconds', label: 'Answer begins within (s)' },
  { field: 'idleSeconds', label: 'Pause in the answer (s)' },
] as const;

interface UpstreamFormProps {
  settings: UpstreamSettings | null;
  save: ReturnType<typeof useUpstream>['save'];
  onDone: () => void;
}

/** Where the API is, and what describes it. */
export function UpstreamForm({ settings, save, onDone }: UpstreamFormProps) {
  const [draft, setDraft] = useState<UpstreamSettings>(settings ?? fresh);
  const [more, setMore] = useState(false);
  const set = (change: Partial<UpstreamSettings>) => setDraft((now) => ({ ...now, ...change }));
  const whole = draft.url.trim() !== '' && draft.openApiFile.trim() !== '';
  const onSubmit = useSubmit({
    pending: save.isPending,
    ready: whole,
    submit: () => {
      const input = { ...draft, url: draft.url.trim(), openApiFile: draft.openApiFile.trim() };
      save.mutate(input, { onSuccess: onDone });
    },
  });
  return (
    <form aria-label="Upstream" onSubmit={onSubmit}>
      <Stack gap="sm">
        <TextInput
          label="URL of the API"
          placeholder="http://127.0.0.1:9000"
          required
          maxLength={2_000}
          value={draft.url}
          onChange={(event) => set({ url: event.currentTarget.value })}
        />
        <TextInput
          label="OpenAPI document"
          description="The absolute path of a JSON or YAML file, OpenAPI 3.x, on the machine of the gateway"
          placeholder="/srv/api/openapi.yaml"
          required
          maxLength={4_000}
          value={draft.openApiFile}
          onChange={(event) => set({ openApiFile: event.currentTarget.value })}
        />
        <div>
          <UnstyledButton aria-expanded={more} onClick={() => setMore(!more)}>
            <Group gap={4}>
              {more ? <IconChevronDown size={15} /> : <IconChevronRight size={15} />}
              <b>Timeouts and addresses</b>
            </Group>
          </UnstyledButton>
          <Collapse expanded={more}>
            <Stack gap="sm" pt="xs">
              <Group gap="xs" grow>
                {times.map(({ field, label }) => (
                  <NumberInput
                    key={field}
                    label={label}
                    min={1}
                    max={86_400}
                    allowDecimal={false}
                    value={draft[field]}
                    onChange={(typed) => typeof typed === 'number' && set({ [field]: typed })}
                  />
                ))}
              </Group>
              <TagsInput
                label="Addresses allowed all the same"
                description="CIDR ranges. Cloud metadata, link-local, multicast and unspecified addresses are refused otherwise"
                value={draft.allowAddresses}
                onChange={(allowAddresses) => set({ allowAddresses })}
              />
            </Stack>
          </Collapse>
        </div>
        {save.isError && <ErrorNotice error={save.error} doing="set the upstream" />}
        <Group gap="xs" justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" disabled={!whole} loading={save.isPending}>
            Save the upstream
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
