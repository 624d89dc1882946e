import { Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconRefreshDot } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { DAY, HOUR } from '../../../../base/clock.ts';
import type { Overlap, Token } from '../../../../features/tokens/contract.ts';
import { api } from '../../../api.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { exactTime } from '../../../ui/format.ts';
import { useNow } from '../../../ui/now.ts';
import { useSubmit } from '../../../ui/use-submit.ts';
import type { Rotated } from './rotated.ts';

const overlaps: { value: Overlap; label: string; ms: number }[] = [
  { value: 'none', label: 'None', ms: 0 },
  { value: '1h', label: '1 hour', ms: HOUR },
  { value: '24h', label: '24 hours', ms: DAY },
  { value: '7d', label: '7 days', ms: 7 * DAY },
];

interface RotateFormProps {
  token: Token;
  onRotated: (rotated: Rotated) => void;
  onCancel: () => void;
}

export function RotateForm({ token, onRotated, onCancel }: RotateFormProps) {
  const queries = useQueryClient();
  const now = useNow();
  const old = token.secrets.find((secret) => secret.validUntil !== null);
  const running = old?.validUntil != null && old.validUntil.getTime() > now;
  const [overlap, setOverlap] = useState<Overlap>(running ? 'none' : '24h');
  const rotate = useMutation(
    api.tokens.rotate.mutationOptions({
      // Out of the mutation cache at once: the secret is to be held by nothing but the next step.
      gcTime: 0,
      onSuccess: (made) => {
        void queries.invalidateQueries({ queryKey: api.tokens.key() });
        onRotated(made);
      },
    }),
  );
  const onRotate = useSubmit({
    pending: rotate.isPending || rotate.isSuccess,
    submit: () => rotate.mutate({ id: token.id, overlap }),
  });
  const asked = now + (overlaps.find(({ value }) => value === overlap)?.ms ?? 0);
  const end = new Date(Math.min(asked, token.expiresAt?.getTime() ?? asked));
  return (
    <Stack>
      <Text>
        The token gets a new secret, which is shown once. Its name, rights, limits and log stay as they are.
      </Text>
      <div>
        <Text id="overlap" fw={600} mb={6}>
          The old secret stays valid for
        </Text>
        <SegmentedControl
          fullWidth
          aria-labelledby="overlap"
          data={overlaps.map(({ value, label }) => ({
            value,
            label,
            disabled: running && value !== 'none',
          }))}
          value={overlap}
          onChange={(value) => setOverlap(value as Overlap)}
        />
        <Text c="dimmed" fz="xs" mt={6} mih={34} role="status">
          {running
            ? `An earlier old secret still works until ${exactTime(old.validUntil as Date)}. A token never has more than two, so this rotation makes both void at once.`
            : overlap === 'none'
              ? 'Programs that still send it are refused at once. Right after a leak; else give them time.'
              : `Both work until ${exactTime(end)}${end.getTime() < asked ? ', when the token expires' : ''}. The token’s details show which is still in use.`}
        </Text>
      </div>
      {rotate.isError && <ErrorNotice error={rotate.error} doing="rotate the token" />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button leftSection={<IconRefreshDot size={15} />} loading={rotate.isPending} onClick={onRotate}>
          Rotate Token
        </Button>
      </Group>
    </Stack>
  );
}
