import { Button, Group, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Limit } from '../../../features/limits/contract.ts';
import { confirmRemoval } from '../../ui/confirm.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LimitForm } from './limit-form.tsx';
import { useLimits } from './use-limits.ts';

/** Where a new ceiling's form begins. */
const SUGGESTED: Limit = { requestsPerHour: 100_000, burst: { requests: 1_000, seconds: 10 } };

export function Ceiling({ limit }: { limit: Limit | null }) {
  const [adding, setAdding] = useState(false);
  const { set, clear } = useLimits(() => setAdding(false));
  const remove = () =>
    confirmRemoval({
      title: 'Remove the ceiling?',
      meaning:
        'All tokens together may then ask for any number of requests; the limits of each token still count.',
      confirm: 'Remove the ceiling',
      onConfirm: () => clear.mutate({ target: { kind: 'instance' } }),
    });
  const error = set.error ?? clear.error;
  if (limit === null && !adding) {
    return (
      <Group justify="space-between">
        <Text c="dimmed">There is none: only the limits of each token count.</Text>
        <Button variant="default" leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>
          Set a ceiling
        </Button>
      </Group>
    );
  }
  return (
    <LimitForm
      key={JSON.stringify(limit)}
      limit={limit ?? SUGGESTED}
      target={{ kind: 'instance' }}
      isNew={limit === null}
      saving={set.isPending}
      error={error !== null && <ErrorNotice error={error} doing="save the ceiling" />}
      onSave={(next) => set.mutate({ target: { kind: 'instance' }, limit: next })}
      {...(limit === null && { onCancel: () => setAdding(false) })}
    >
      {limit !== null && (
        <Button variant="subtle" color="red" loading={clear.isPending} onClick={remove}>
          Remove the ceiling
        </Button>
      )}
    </LimitForm>
  );
}
