import { Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { LimitsShown } from '../../../features/limits/contract.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { TokenSelect } from '../../ui/token-select.tsx';
import { LimitForm } from './limit-form.tsx';
import { limitInWords } from './limit-words.ts';
import { useLimits } from './use-limits.ts';

interface OverrideFormProps {
  limits: LimitsShown;
  /** The token to begin with, if it is chosen already. */
  tokenId: string | null;
  onDone: () => void;
}

/** Select a token, set its limit, save. */
export function OverrideForm({ limits, tokenId, onDone }: OverrideFormProps) {
  const [chosen, setChosen] = useState(tokenId);
  const { set } = useLimits(onDone);
  const own = limits.tokens.find((entry) => entry.tokenId === chosen)?.limit;
  return (
    <Stack>
      <TokenSelect label="Token" placeholder="Select a token" value={chosen} onChange={setChosen} />
      <Text c="dimmed">The default is {limitInWords(limits.default)}.</Text>
      {chosen !== null && (
        <LimitForm
          key={chosen}
          limit={own ?? limits.default}
          target={{ kind: 'token', tokenId: chosen }}
          isNew={own === undefined}
          saving={set.isPending}
          error={set.error !== null && <ErrorNotice error={set.error} doing="save the limit" />}
          onSave={(limit) => set.mutate({ target: { kind: 'token', tokenId: chosen }, limit })}
          onCancel={onDone}
        />
      )}
    </Stack>
  );
}
