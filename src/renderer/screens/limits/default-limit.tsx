import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Limit } from '../../../features/limits/contract.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { limitRehearsed } from '../rehearsal/rehearsed.ts';
import { ConfirmLimit } from './confirm-limit.tsx';
import { sameLimit } from './limit-fields.tsx';
import { LimitForm } from './limit-form.tsx';
import { limitInWords } from './limit-words.ts';
import { useLimits } from './use-limits.ts';

/** What a new instance begins with, and what clearing the default goes back to. */
const BUILT_IN: Limit = { requestsPerHour: 10_000, burst: { requests: 100, seconds: 10 } };

const BACK = 'Back to 10,000 and 100 in 10 s';

export function DefaultLimit({ limit }: { limit: Limit }) {
  const [clearing, setClearing] = useState(false);
  const { set, clear } = useLimits();
  const error = set.error ?? clear.error;
  const target = { kind: 'default' } as const;
  const back = {
    title: 'Back to the limit of a new instance?',
    meaning: `Every token without a limit of its own may then ask for ${limitInWords(BUILT_IN)}. Now it is ${limitInWords(limit)}.`,
    confirm: BACK,
    keep: 'Keep it',
    grave: false,
    rehearsed: limitRehearsed(target, BUILT_IN),
    act: () => clear.mutate({ target }, { onSettled: () => setClearing(false) }),
  };
  return (
    <>
      <LimitForm
        key={JSON.stringify(limit)}
        limit={limit}
        target={target}
        saving={set.isPending}
        error={error !== null && <ErrorNotice error={error} doing="save the default limit" />}
        onSave={(next) => set.mutate({ target, limit: next })}
      >
        {!sameLimit(limit, BUILT_IN) && (
          <Button variant="subtle" onClick={() => setClearing(true)}>
            {BACK}
          </Button>
        )}
      </LimitForm>
      <ConfirmLimit
        question={clearing ? back : null}
        pending={clear.isPending}
        onClose={() => setClearing(false)}
      />
    </>
  );
}
