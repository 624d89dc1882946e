import { Button, Group, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Limit } from '../../../features/limits/contract.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { ceilingRemovalRehearsed } from '../rehearsal/rehearsed.ts';
import { ConfirmLimit } from './confirm-limit.tsx';
import { LimitForm } from './limit-form.tsx';
import { useLimits } from './use-limits.ts';

/** Where a new ceiling's form begins. */
const SUGGESTED: Limit = { requestsPerHour: 100_000, burst: { requests: 1_000, seconds: 10 } };

export function Ceiling({ limit }: { limit: Limit | null }) {
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState(false);
  const { set, clear } = useLimits(() => setAdding(false));
  const error = set.error ?? clear.error;
  const removal = {
    title: 'Remove the ceiling?',
    meaning:
      'All tokens together may then ask for any number of requests; the limits of each token still count.',
    confirm: 'Remove the ceiling',
    keep: 'Keep it',
    grave: true,
    rehearsed: ceilingRemovalRehearsed,
    act: () => clear.mutate({ target: { kind: 'instance' } }, { onSettled: () => setRemoving(false) }),
  };
  return (
    <>
      {limit === null && !adding ? (
        <Group justify="space-between">
          <Text c="dimmed">There is none: only the limits of each token count.</Text>
          <Button variant="default" leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>
            Set a ceiling
          </Button>
        </Group>
      ) : (
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
            <Button variant="subtle" color="red" onClick={() => setRemoving(true)}>
              Remove the ceiling
            </Button>
          )}
        </LimitForm>
      )}
      <ConfirmLimit
        question={removing ? removal : null}
        pending={clear.isPending}
        onClose={() => setRemoving(false)}
      />
    </>
  );
}
