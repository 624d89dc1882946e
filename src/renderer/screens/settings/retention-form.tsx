import { Button, Group, NumberInput, Stack, Switch, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  LEAST_ROLLUP_DAYS,
  MOST_DAYS,
  type RetentionPolicy,
  type RetentionShown,
} from '../../../features/retention/contract.ts';
import { api } from '../../api.ts';
import { confirmRemoval } from '../../ui/confirm.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';

const GB = 1e9;
const LEAST_GB = 0.1;
const MOST_GB = 100_000;
const FIRST_BOUND_GB = 20;

interface Typed {
  readonly rows: number | null;
  readonly sums: number | null;
  readonly bounded: boolean;
  readonly gigabytes: number | null;
}

/** Changes the policy; where that deletes rows which are there, it asks before. */
export function RetentionForm({ policy }: { policy: RetentionShown }) {
  const queries = useQueryClient();
  const [typed, setTyped] = useState<Typed>({
    rows: policy.rawDays,
    sums: policy.rollupDays,
    bounded: policy.maxBytes !== null,
    gigabytes: policy.maxBytes === null ? FIRST_BOUND_GB : policy.maxBytes / GB,
  });
  const save = useMutation(
    api.retention.set.mutationOptions({
      onSuccess: (shown) => queries.setQueryData(api.retention.show.queryKey(), shown),
    }),
  );
  const wanted = policyOf(typed);
  const changed =
    wanted !== null &&
    (wanted.rawDays !== policy.rawDays ||
      wanted.rollupDays !== policy.rollupDays ||
      wanted.maxBytes !== policy.maxBytes);
  const set = (change: Partial<Typed>) => setTyped({ ...typed, ...change });

  const submit = () => {
    if (wanted === null || !changed) return;
    const loss = lossOf(policy, wanted);
    if (loss === null) save.mutate(wanted);
    else
      confirmRemoval({
        title: 'Keep less of the log?',
        meaning: loss,
        confirm: 'Delete what is older',
        onConfirm: () => save.mutate(wanted),
      });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="xs">
        <Group align="flex-end" gap="xs">
          <Days label="Rows of the log" min={1} value={typed.rows} onChange={(rows) => set({ rows })} />
          <Days
            label="Sums for usage"
            min={LEAST_ROLLUP_DAYS}
            value={typed.sums}
            onChange={(sums) => set({ sums })}
          />
        </Group>
        <Switch
          label="Bound what the rows take on the disk: beyond it the oldest days go"
          checked={typed.bounded}
          onChange={(event) => set({ bounded: event.currentTarget.checked })}
        />
        <Group align="flex-end" gap="xs">
          <NumberInput
            label="At most"
            w={160}
            min={LEAST_GB}
            max={MOST_GB}
            decimalScale={1}
            suffix=" GB"
            allowNegative={false}
            hideControls
            disabled={!typed.bounded}
            value={typed.gigabytes ?? ''}
            onChange={(value) => set({ gigabytes: typeof value === 'number' ? value : null })}
          />
          <Button type="submit" disabled={!changed} loading={save.isPending}>
            Save
          </Button>
        </Group>
        {wanted === null && (
          <Text fz="xs" c="var(--gh-bad)" role="alert">
            Give whole days, 1 to {MOST_DAYS} for rows and {LEAST_ROLLUP_DAYS} to {MOST_DAYS} for sums
            {typed.bounded && `, and a size from ${LEAST_GB} GB`}.
          </Text>
        )}
        {save.isError && <ErrorNotice error={save.error} doing="save the retention" />}
        <Text c="dimmed">
          What is no longer kept is deleted within a minute or so, a day (UTC) at a time.
        </Text>
      </Stack>
    </form>
  );
}

function Days(props: {
  label: string;
  min: number;
  value: number | null;
  onChange: (days: number | null) => void;
}) {
  return (
    <NumberInput
      label={props.label}
      w={160}
      min={props.min}
      max={MOST_DAYS}
      suffix=" days"
      allowDecimal={false}
      allowNegative={false}
      hideControls
      value={props.value ?? ''}
      onChange={(value) => props.onChange(typeof value === 'number' ? value : null)}
    />
  );
}

/** null: what is typed is no policy. */
function policyOf({ rows, sums, bounded, gigabytes }: Typed): RetentionPolicy | null {
  const within = (value: number | null, least: number, most: number): value is number =>
    value !== null && value >= least && value <= most;
  if (!within(rows, 1, MOST_DAYS) || !within(sums, LEAST_ROLLUP_DAYS, MOST_DAYS)) return null;
  if (!bounded) return { rawDays: rows, rollupDays: sums, maxBytes: null };
  if (!within(gigabytes, LEAST_GB, MOST_GB)) return null;
  return { rawDays: rows, rollupDays: sums, maxBytes: Math.round(gigabytes * GB) };
}

/** What a change deletes for good; null: nothing. */
function lossOf(before: RetentionShown, after: RetentionPolicy): string | null {
  const losses = [
    ...(after.rawDays < before.rawDays ? [`rows older than ${after.rawDays} days`] : []),
    ...(after.rollupDays < before.rollupDays ? [`sums older than ${after.rollupDays} days`] : []),
    ...(after.maxBytes !== null && after.maxBytes < before.logBytes
      ? [`the oldest days, until the rest takes at most ${after.maxBytes / GB} GB`]
      : []),
  ];
  if (losses.length === 0) return null;
  return `This deletes ${losses.join(', and ')}. It cannot be undone: what you still need, export before.`;
}
