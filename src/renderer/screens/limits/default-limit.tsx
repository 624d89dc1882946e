import { Button } from '@mantine/core';
import type { Limit } from '../../../features/limits/contract.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { sameLimit } from './limit-fields.tsx';
import { LimitForm } from './limit-form.tsx';
import { useLimits } from './use-limits.ts';

/** What a new instance begins with, and what clearing the default goes back to. */
const BUILT_IN: Limit = { requestsPerHour: 10_000, burst: { requests: 100, seconds: 10 } };

export function DefaultLimit({ limit }: { limit: Limit }) {
  const { set, clear } = useLimits();
  const error = set.error ?? clear.error;
  return (
    <LimitForm
      key={JSON.stringify(limit)}
      limit={limit}
      target={{ kind: 'default' }}
      saving={set.isPending}
      error={error !== null && <ErrorNotice error={error} doing="save the default limit" />}
      onSave={(next) => set.mutate({ target: { kind: 'default' }, limit: next })}
    >
      {!sameLimit(limit, BUILT_IN) && (
        <Button
          variant="subtle"
          loading={clear.isPending}
          onClick={() => clear.mutate({ target: { kind: 'default' } })}
        >
          Back to 10,000 and 100 in 10 s
        </Button>
      )}
    </LimitForm>
  );
}
