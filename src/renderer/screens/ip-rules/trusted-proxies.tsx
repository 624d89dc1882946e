import { ActionIcon, Button, Group, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useGateway } from '../../routes/use-gateway.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Panel } from '../../ui/page.tsx';
import { SkeletonLines } from '../../ui/skeletons.tsx';
import { useSubmit } from '../../ui/use-submit.ts';

/** The proxies that may say who the client is. */
export function TrustedProxies() {
  const queries = useQueryClient();
  const proxies = useQuery(api.ipRules.trustedProxies.list.queryOptions());
  const [range, setRange] = useState('');
  const onSuccess = (ranges: string[]) =>
    queries.setQueryData(api.ipRules.trustedProxies.list.queryKey(), ranges);
  const add = useMutation(
    api.ipRules.trustedProxies.add.mutationOptions({
      onSuccess: (ranges) => {
        onSuccess(ranges);
        setRange('');
      },
    }),
  );
  const remove = useMutation(api.ipRules.trustedProxies.remove.mutationOptions({ onSuccess }));
  const onSubmit = useSubmit({
    pending: add.isPending,
    ready: range.trim() !== '',
    submit: () => add.mutate({ range: range.trim() }),
  });
  const { status } = useGateway();
  const given = status.data?.trustedProxies ?? [];
  return (
    <Panel
      title="Trusted proxies"
      about="Only these are believed about who the client is (X-Forwarded-For, read from the right)."
    >
      <Stack gap="xs">
        {proxies.isError ? (
          <ErrorNotice error={proxies.error} doing="load the proxies" retry={() => void proxies.refetch()} />
        ) : proxies.data === undefined ? (
          <SkeletonLines lines={2} />
        ) : proxies.data.length + given.length === 0 ? (
          <Text c="dimmed">None: the client is whoever connects to the gateway.</Text>
        ) : (
          proxies.data.map((proxy) => (
            <Group key={proxy} justify="space-between" wrap="nowrap">
              <span className="mono">{proxy}</span>
              <Tooltip label={`Trust ${proxy} no longer`}>
                <ActionIcon
                  aria-label={`Trust ${proxy} no longer`}
                  loading={remove.isPending && remove.variables.range === proxy}
                  onClick={() => remove.mutate({ range: proxy })}
                >
                  <IconTrash size={15} />
                </ActionIcon>
              </Tooltip>
            </Group>
          ))
        )}
        {given.map((proxy) => (
          <Text key={proxy} c="dimmed">
            <span className="mono">{proxy}</span>, given when the gateway was started
          </Text>
        ))}
        {status.data?.state === 'elsewhere' && (
          <Text c="dimmed" fz="xs">
            The gateway’s process may have been started with more.
          </Text>
        )}
        {remove.isError && <ErrorNotice error={remove.error} doing="remove the proxy" />}
        <form onSubmit={onSubmit}>
          <Group gap="xs" align="flex-end" wrap="nowrap">
            <TextInput
              label="Address or range"
              placeholder="10.0.0.0/8"
              maxLength={64}
              spellCheck={false}
              flex={1}
              classNames={{ input: 'mono' }}
              value={range}
              onChange={(event) => {
                setRange(event.currentTarget.value);
                add.reset();
              }}
            />
            <Button type="submit" variant="default" disabled={range.trim() === ''} loading={add.isPending}>
              Trust
            </Button>
          </Group>
        </form>
        {add.isError && <ErrorNotice error={add.error} doing="trust the proxy" />}
      </Stack>
    </Panel>
  );
}
