import { Button, Stack, Text, TextInput } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Panel } from '../../ui/page.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { TokenSelect } from '../../ui/token-select.tsx';
import { useSubmit } from '../../ui/use-submit.ts';
import { OwnAddress } from './own-address.tsx';

const judges = {
  token: 'its own ranges decide',
  all: 'the ranges for all API access decide',
  none: 'there are no ranges, so any address may call',
} as const;

/** Would this address be let in for this token, and by which rule? */
export function RuleTester({ tokenId: first }: { tokenId: string | null }) {
  const [address, setAddress] = useState('');
  const [tokenId, setTokenId] = useState(first);
  const test = useMutation(api.ipRules.test.mutationOptions());
  const typed = address.trim();
  const answer = test.data;
  const onSubmit = useSubmit({
    pending: test.isPending,
    ready: typed !== '',
    submit: () => test.mutate({ address: typed, ...(tokenId !== null && { tokenId }) }),
  });
  return (
    <Panel title="Test an address" about="Would it be let in, and by which range?">
      <form onSubmit={onSubmit}>
        <Stack gap="xs">
          <TextInput
            label="Address"
            placeholder="203.0.113.7"
            maxLength={64}
            spellCheck={false}
            classNames={{ input: 'mono' }}
            value={address}
            onChange={(event) => {
              setAddress(event.currentTarget.value);
              test.reset();
            }}
          />
          <OwnAddress
            onPick={(own) => {
              setAddress(own);
              test.reset();
            }}
          />
          <TokenSelect
            label="With the token"
            placeholder="Any token without its own ranges"
            clearable
            value={tokenId}
            onChange={(id) => {
              setTokenId(id);
              test.reset();
            }}
          />
          <Button type="submit" variant="default" disabled={typed === ''} loading={test.isPending}>
            Test this address
          </Button>
          <div role="status">
            {test.isError && <ErrorNotice error={test.error} doing="test the address" />}
            {answer !== undefined && (
              <Stack gap={6}>
                <span>
                  {answer.allowed ? (
                    <StatusBadge tone="good" icon={IconCircleCheck} word="Let in" />
                  ) : (
                    <StatusBadge tone="bad" icon={IconCircleX} word="Refused with 403 ip.denied" />
                  )}
                </span>
                {answer.rule !== null && (
                  <Text>
                    By <span className="mono">{answer.rule.range}</span>
                    {answer.rule.label !== '' && ` (${answer.rule.label})`}
                  </Text>
                )}
                <Text c="dimmed">
                  {answer.allowed || answer.judgedBy === 'none' ? 'Here ' : 'No range holds it: '}
                  {judges[answer.judgedBy]}.
                </Text>
              </Stack>
            )}
          </div>
        </Stack>
      </form>
    </Panel>
  );
}
