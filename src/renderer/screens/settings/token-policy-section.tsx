import { Anchor, Button, Group, NumberInput, Stack, Switch, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import type { TokenPolicy } from '../../../features/tokens/contract.ts';
import { api } from '../../api.ts';
import { paths } from '../../routes/paths.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { counted } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import { SkeletonLines } from '../../ui/skeletons.tsx';
import { KeysPanel } from './keys-panel.tsx';

const MOST_DAYS = 3_650;
const FIRST_BOUND_DAYS = 365;

/** What every token has to keep to, and the keys that secrets are hashed with. */
export function TokenPolicySection() {
  const policy = useQuery(api.tokens.policy.show.queryOptions());
  return (
    <Stack gap="md">
      <Panel
        title="Token policy"
        about="A bound on how long a token may live. It holds for new tokens, and for each change of an expiry."
      >
        {policy.isError ? (
          <ErrorNotice error={policy.error} doing="read the policy" retry={() => void policy.refetch()} />
        ) : policy.data === undefined ? (
          <SkeletonLines />
        ) : (
          <PolicyForm key={policy.data.maxLifetimeDays} policy={policy.data} />
        )}
      </Panel>
      <KeysPanel />
    </Stack>
  );
}

function PolicyForm({ policy }: { policy: TokenPolicy }) {
  const queries = useQueryClient();
  const [bounded, setBounded] = useState(policy.maxLifetimeDays !== null);
  const [days, setDays] = useState<number | null>(policy.maxLifetimeDays ?? FIRST_BOUND_DAYS);
  const save = useMutation(
    api.tokens.policy.set.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: api.tokens.key() }),
    }),
  );
  const wanted = bounded ? days : null;
  const sound = !bounded || (days !== null && days >= 1 && days <= MOST_DAYS);
  const changed = wanted !== policy.maxLifetimeDays;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (sound && changed) save.mutate({ maxLifetimeDays: wanted });
      }}
    >
      <Stack gap="xs">
        <Switch
          label="Tokens must expire"
          checked={bounded}
          onChange={(event) => setBounded(event.currentTarget.checked)}
        />
        <Group align="flex-end" gap="xs">
          <NumberInput
            label="Maximum lifetime"
            w={160}
            min={1}
            max={MOST_DAYS}
            suffix=" days"
            allowDecimal={false}
            allowNegative={false}
            hideControls
            disabled={!bounded}
            value={days ?? ''}
            onChange={(typed) => setDays(typeof typed === 'number' ? typed : null)}
          />
          <Button type="submit" disabled={!sound || !changed} loading={save.isPending}>
            Save
          </Button>
        </Group>
        {!sound && (
          <Text fz="xs" c="var(--gh-bad)" role="alert">
            Give a whole number of days from 1 to {MOST_DAYS}.
          </Text>
        )}
        {save.isError && <ErrorNotice error={save.error} doing="save the policy" />}
        {policy.maxLifetimeDays !== null && <Beyond />}
      </Stack>
    </form>
  );
}

/** Existing tokens are not cut; hygiene shows them. */
function Beyond() {
  const { data } = useQuery(api.tokens.hygiene.queryOptions({ input: { limit: 1 } }));
  if (data === undefined) return <Text c="dimmed">Existing tokens stay as they are.</Text>;
  const { 'expiry.never': never, 'expiry.beyond': later } = data.counts;
  if (never + later === 0) return <Text c="dimmed">Every active token keeps to it.</Text>;
  return (
    <Text c="dimmed">
      Existing tokens stay as they are:{' '}
      <Anchor component={Link} to={paths.tokens({ hygiene: never > 0 ? 'expiry.never' : 'expiry.beyond' })}>
        {counted(never + later, 'active token')} {never + later === 1 ? 'lies' : 'lie'} beyond it
      </Anchor>
      .
    </Text>
  );
}
