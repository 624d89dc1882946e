import { Button, Group, MultiSelect, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { IpRule } from '../../../features/ip-rules/contract.ts';
import { api } from '../../api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { explain } from '../../ui/fault-texts.ts';
import { useTokenNames } from '../../ui/token-select.tsx';
import { useSubmit } from '../../ui/use-submit.ts';
import { RehearseButton } from '../rehearsal/rehearse-button.tsx';
import { rangeRehearsed } from '../rehearsal/rehearsed.ts';
import { CutOffWarning } from './cut-off-warning.tsx';

const SETTLE_MS = 200;

interface RuleFormProps {
  /** Null for a new range. */
  rule: IpRule | null;
  tokenId: string | null;
  onDone: () => void;
}

/** A range: what it means is shown while it is typed, and whom it cuts off before it is saved. */
export function RuleForm({ rule, tokenId, onDone }: RuleFormProps) {
  const queries = useQueryClient();
  const [range, setRange] = useState(rule?.range ?? '');
  const [label, setLabel] = useState(rule?.label ?? '');
  const [chosen, setChosen] = useState<'all' | 'tokens'>(
    rule === null ? (tokenId === null ? 'all' : 'tokens') : rule.tokens === null ? 'all' : 'tokens',
  );
  const [tokenIds, setTokenIds] = useState(
    rule?.tokens?.map((token) => token.id) ?? (tokenId === null ? [] : [tokenId]),
  );
  const tokens = useTokenNames();
  const typed = range.trim();
  const [settled] = useDebouncedValue(typed, SETTLE_MS);
  const parsed = useQuery({
    ...api.ipRules.parse.queryOptions({ input: { range: settled } }),
    enabled: settled !== '',
    retry: false,
  });
  const targets = chosen === 'all' ? null : tokenIds;
  const complete = typed !== '' && (targets === null || targets.length > 0);
  const fields = { range: typed, label: label.trim(), tokenIds: targets };
  const current = settled === typed && parsed.isSuccess;
  const impact = useQuery({
    ...api.ipRules.impact.queryOptions({
      input: { rule: { ...fields, label: '' }, ...(rule !== null && { id: rule.id }) },
    }),
    enabled: complete && current,
    placeholderData: keepPreviousData,
  });
  const saved = {
    onSuccess: (now: IpRule) => {
      notifications.show({ title: `${now.range} is saved`, message: 'In force for the next request.' });
      onDone();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: api.ipRules.key() }),
  };
  const add = useMutation(api.ipRules.add.mutationOptions(saved));
  const update = useMutation(api.ipRules.update.mutationOptions(saved));
  const error = add.error ?? update.error;
  const save = () => (rule === null ? add.mutate(fields) : update.mutate({ ...fields, id: rule.id }));
  const onSubmit = useSubmit({
    pending: add.isPending || update.isPending,
    ready: complete && current,
    submit: save,
  });
  const meaning =
    typed === '' || parsed.data === undefined || settled !== typed
      ? ''
      : parsed.data.first === parsed.data.last
        ? `One address, ${parsed.data.range}`
        : `${parsed.data.range}: ${parsed.data.first} to ${parsed.data.last}`;
  const names = tokens.map((token) => ({ value: token.id, label: token.name }));
  // A revoked token keeps its place in a rule that already names it.
  const known = new Set(names.map((name) => name.value));
  const options = [
    ...names,
    ...(rule?.tokens ?? []).filter((t) => !known.has(t.id)).map((t) => ({ value: t.id, label: t.name })),
  ];
  return (
    <form noValidate onSubmit={onSubmit}>
      <Stack>
        <div>
          <TextInput
            label="IP address or CIDR range"
            placeholder="203.0.113.0/24 or 2001:db8::/32"
            required
            maxLength={64}
            data-autofocus
            spellCheck={false}
            classNames={{ input: 'mono' }}
            value={range}
            error={
              settled === typed && typed !== '' && parsed.isError
                ? explain(parsed.error, 'read the range').meaning
                : undefined
            }
            onChange={(event) => setRange(event.currentTarget.value)}
          />
          <Text fz="xs" c="dimmed" mt={meaning === '' ? 0 : 4} role="status">
            {meaning}
            {meaning !== '' &&
              parsed.data?.hostBitsCleared === true &&
              ' (host bits were set, and are cleared)'}
          </Text>
        </div>
        <TextInput
          label="Label"
          placeholder="Head office"
          maxLength={100}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <Radio.Group
          label="Applies to"
          value={chosen}
          onChange={(value) => setChosen(value === 'all' ? 'all' : 'tokens')}
        >
          <Group gap="lg" mt={4}>
            <Radio value="all" label="All API access" />
            <Radio value="tokens" label="Specific tokens" />
          </Group>
        </Radio.Group>
        {chosen === 'tokens' && (
          <MultiSelect
            aria-label="Tokens"
            placeholder={tokenIds.length === 0 ? 'Choose tokens' : ''}
            searchable
            hidePickedOptions
            data={options}
            value={tokenIds}
            onChange={setTokenIds}
          />
        )}
        <CutOffWarning
          cutOff={complete && current ? impact.data : undefined}
          error={complete && current ? impact.error : null}
        />
        {error !== null && <ErrorNotice error={error} doing="save the range" />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <RehearseButton rehearsed={complete && current ? rangeRehearsed(rule?.id ?? null, fields) : null} />
          <Button
            type="submit"
            disabled={!complete || !current}
            loading={add.isPending || update.isPending}
            {...((impact.data?.length ?? 0) > 0 && complete && { color: 'red' })}
          >
            {(impact.data?.length ?? 0) > 0 && complete ? 'Save and cut them off' : 'Save'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
