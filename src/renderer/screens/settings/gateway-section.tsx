import { Button, Stack, Text } from '@mantine/core';
import { IconPlayerStop } from '@tabler/icons-react';
import { useState } from 'react';
import { StopGateway } from '../../routes/stop-gateway.tsx';
import { useRunsGateway } from '../../routes/use-connections.ts';
import { useGateway } from '../../routes/use-gateway.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Facts } from '../../ui/facts.tsx';
import { count } from '../../ui/format.ts';
import { Panel } from '../../ui/page.tsx';
import { SkeletonLines } from '../../ui/skeletons.tsx';
import { Time } from '../../ui/time.tsx';
import { GatewaysTable } from './gateways-table.tsx';
import { StartForm } from './start-form.tsx';

const states = {
  running: 'Running in this process',
  elsewhere: 'Running in another process',
  stopped: 'Stopped',
} as const;

/** The gateway: where it listens, what it enforces, start and stop. */
export function GatewaySection() {
  const { status } = useGateway();
  const runsHere = useRunsGateway();
  const [stopping, setStopping] = useState(false);
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
          <Facts>
            <dt>State</dt>
            <dd>{gateway.state === 'stopped' && !runsHere ? 'None is running' : states[gateway.state]}</dd>
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
          </Facts>
          {gateway.gateways.length > (runsHere ? 1 : 0) && <GatewaysTable gateways={gateway.gateways} />}
          {gateway.state === 'stopped' && runsHere && <StartForm place={gateway.place} />}
          {!runsHere && (
            <Text c="dimmed">
              This app runs no gateway on a database. Gateways are started and stopped where{' '}
              <span className="mono">gatehouse serve</span> runs; every change made here is in force there at
              once.
            </Text>
          )}
          {gateway.state === 'running' && (
            <div>
              <Button
                variant="default"
                leftSection={<IconPlayerStop size={15} />}
                onClick={() => setStopping(true)}
              >
                Stop the gateway
              </Button>
              <Text c="dimmed" fz="xs" mt="xs">
                Requests in flight are answered first.
              </Text>
            </div>
          )}
          {gateway.state === 'elsewhere' && runsHere && (
            <Text c="dimmed">
              Stop it where it was started. Every change made here is in force there at once, too.
            </Text>
          )}
        </Stack>
      )}
      <StopGateway opened={stopping} onClose={() => setStopping(false)} />
    </Panel>
  );
}
