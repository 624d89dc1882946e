import { Button, Group, NumberInput, Select, Stack, Text } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useState } from 'react';
import { useGateway } from '../../routes/use-gateway.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { count } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import { SkeletonLines } from '../../ui/skeletons.tsx';
import { Time } from '../../ui/time.tsx';
import classes from './settings.module.css';

const HIGHEST_PORT = 65_535;

const states = {
  running: 'Running in this process',
  elsewhere: 'Running in another process',
  stopped: 'Stopped',
} as const;

/** The gateway: where it listens, what it enforces, start and stop. */
export function GatewaySection() {
  const { status, start, stop } = useGateway();
  const [port, setPort] = useState<number | null>(0);
  const [host, setHost] = useState('127.0.0.1');
  const gateway = status.data;
  return (
    <Panel
      title="Gateway"
      about="The way in for API clients. It judges every request by the tokens, limits and ranges set here."
    >
      {status.isError ? (
        <ErrorNotice
          error={status.error}
          doing="read the gateway’s state"
          retry={() => void status.refetch()}
        />
      ) : gateway === undefined ? (
        <SkeletonLines />
      ) : (
        <Stack>
          <dl className={classes.facts}>
            <dt>State</dt>
            <dd>{states[gateway.state]}</dd>
            {gateway.address !== null && (
              <>
                <dt>Address</dt>
                <dd>
                  <Copyable value={gateway.address} what="gateway’s address" always />
                </dd>
              </>
            )}
            {gateway.startedAt !== null && (
              <>
                <dt>Started</dt>
                <dd>
                  <Time at={gateway.startedAt} />
                </dd>
              </>
            )}
            {gateway.pid !== null && (
              <>
                <dt>Process</dt>
                <dd className="tabular">{gateway.pid}</dd>
              </>
            )}
            {gateway.policyVersion !== null && (
              <>
                <dt>Policy version</dt>
                <dd className="tabular">{count(gateway.policyVersion)}</dd>
              </>
            )}
            <dt>Upstream</dt>
            <dd>{gateway.upstream.url ?? 'The built-in Shifts API over this instance’s own data'}</dd>
          </dl>
          {gateway.state === 'stopped' && (
            <form
              onSubmit={(event) => {
                event.preventDefault();
                start.mutate({ host, port: port ?? 0 });
              }}
            >
              <Group align="flex-end" gap="xs">
                <Select
                  label="Listen on"
                  w={220}
                  allowDeselect={false}
                  data={[
                    { value: '127.0.0.1', label: 'This machine only' },
                    { value: '0.0.0.0', label: 'Every network interface' },
                  ]}
                  value={host}
                  onChange={(value) => setHost(value ?? '127.0.0.1')}
                />
                <NumberInput
                  label="Port (0: a free one)"
                  w={150}
                  min={0}
                  max={HIGHEST_PORT}
                  allowDecimal={false}
                  hideControls
                  value={port ?? ''}
                  onChange={(typed) => setPort(typeof typed === 'number' ? typed : null)}
                />
                <Button
                  type="submit"
                  leftSection={<IconPlayerPlay size={15} />}
                  disabled={port === null}
                  loading={start.isPending}
                >
                  Start the gateway
                </Button>
              </Group>
              {host === '0.0.0.0' && (
                <Text c="dimmed" fz="xs" mt="xs" role="status">
                  Other machines will reach it, without TLS: put a TLS-terminating proxy in front.
                </Text>
              )}
            </form>
          )}
          {gateway.state === 'running' && (
            <div>
              <Button
                variant="default"
                leftSection={<IconPlayerStop size={15} />}
                loading={stop.isPending}
                onClick={() => stop.mutate(undefined)}
              >
                Stop the gateway
              </Button>
              <Text c="dimmed" fz="xs" mt="xs">
                Requests in flight are answered first.
              </Text>
            </div>
          )}
          {gateway.state === 'elsewhere' && (
            <Text c="dimmed">
              Stop it where it was started. Every change made here is in force there at once, too.
            </Text>
          )}
        </Stack>
      )}
    </Panel>
  );
}
