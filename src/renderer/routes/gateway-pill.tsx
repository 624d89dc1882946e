import { Button, Group, Popover, Skeleton, Stack, Text } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconPlayerPlay,
  IconPlayerStop,
  IconRouter,
} from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import type { GatewayStatus } from '../../gateway/contract.ts';
import { Copyable } from '../ui/copyable.tsx';
import { Time } from '../ui/time.tsx';
import { paths } from './paths.ts';
import classes from './shell.module.css';
import { StopGateway } from './stop-gateway.tsx';
import { useRunsGateway } from './use-connections.ts';
import { useGateway } from './use-gateway.ts';

const states = {
  running: { word: 'Gateway running', icon: IconCircleCheck, colour: 'var(--gh-good)' },
  elsewhere: { word: 'Gateway elsewhere', icon: IconRouter, colour: 'var(--gh-accent-text)' },
  stopped: { word: 'Gateway stopped', icon: IconCircleDashed, colour: 'var(--gh-warn)' },
} satisfies Record<GatewayStatus['state'], unknown>;

const meanings: Record<GatewayStatus['state'], string> = {
  running: 'API clients send their requests here, with a token as the bearer credential.',
  elsewhere: 'Another process runs the gateway of this file. It follows every change made here at once.',
  stopped: 'No API client can reach this instance until the gateway is started.',
};

/** The gateway's state at a glance; address, start and stop behind it. */
export function GatewayPill() {
  const { status, lost, start } = useGateway();
  const runsHere = useRunsGateway();
  const [stopping, setStopping] = useState(false);
  const [opened, setOpened] = useState(false);
  const gateway = status.data;
  if (status.isError) {
    return (
      <span className={classes.pill} data-plain>
        <IconAlertTriangle size={15} color="var(--gh-warn)" aria-hidden />
        {lost === null
          ? 'Gateway’s state unknown'
          : lost === 'server'
            ? 'Server not reachable'
            : 'Database not reachable'}
      </span>
    );
  }
  if (gateway === undefined) return <Skeleton width={132} height={28} />;
  const { word, icon: Icon, colour } = states[gateway.state];
  return (
    <>
      <Popover
        opened={opened}
        onChange={setOpened}
        position="bottom-end"
        shadow="md"
        width={340}
        trapFocus
        returnFocus
      >
        <Popover.Target>
          <button type="button" className={classes.pill} onClick={() => setOpened((now) => !now)}>
            <Icon size={15} color={colour} aria-hidden />
            <span>{gateway.state === 'stopped' && !runsHere ? 'No gateway running' : word}</span>
            {gateway.address !== null && (
              <span className={`mono ${classes.pillAddress}`}>{gateway.address.replace('http://', '')}</span>
            )}
          </button>
        </Popover.Target>
        <Popover.Dropdown aria-label="Gateway">
          <Stack gap="xs">
            <Text>
              {runsHere
                ? meanings[gateway.state]
                : 'Gateways on a database run where “gatehouse serve” does.'}
            </Text>
            {gateway.address !== null && <Copyable value={gateway.address} what="gateway’s address" always />}
            {gateway.startedAt !== null && (
              <Text c="dimmed" fz="xs">
                Started <Time at={gateway.startedAt} />, process {gateway.pid}
              </Text>
            )}
            <Group gap="xs">
              {gateway.state === 'running' && (
                <Button
                  variant="default"
                  leftSection={<IconPlayerStop size={14} />}
                  onClick={() => {
                    setOpened(false);
                    setStopping(true);
                  }}
                >
                  Stop the gateway
                </Button>
              )}
              {gateway.state === 'stopped' && runsHere && (
                <Button
                  leftSection={<IconPlayerPlay size={14} />}
                  loading={start.isPending}
                  onClick={() => start.mutate({})}
                >
                  Start the gateway
                </Button>
              )}
              <Button variant="default" component={Link} to={paths.settings('gateway')}>
                Settings
              </Button>
            </Group>
          </Stack>
        </Popover.Dropdown>
      </Popover>
      <StopGateway opened={stopping} onClose={() => setStopping(false)} />
    </>
  );
}
