import { Button, Group, NumberInput, Select, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import type { GatewayStatus } from '../../../gateway/contract.ts';
import { useGateway } from '../../routes/use-gateway.ts';
import { useSubmit } from '../../ui/use-submit.ts';

const HIGHEST_PORT = 65_535;

const LOOPBACK = '127.0.0.1';

const hosts = [
  { value: LOOPBACK, label: 'This machine only' },
  { value: '0.0.0.0', label: 'Every network interface' },
];

/** Where the gateway shall listen: as it did last, so that its clients find it again. */
export function StartForm({ place }: { place: GatewayStatus['place'] }) {
  const { start } = useGateway();
  const [port, setPort] = useState<number | null>(place?.port ?? 0);
  const [host, setHost] = useState(place?.host ?? LOOPBACK);
  const onSubmit = useSubmit({
    pending: start.isPending,
    ready: port !== null,
    submit: () => start.mutate({ host, port: port ?? 0 }),
  });
  const known = hosts.some(({ value }) => value === host);
  return (
    <form onSubmit={onSubmit}>
      <Group align="flex-end" gap="xs">
        <Select
          label="Listen on"
          w={220}
          allowDeselect={false}
          data={known ? hosts : [...hosts, { value: host, label: host }]}
          value={host}
          onChange={(value) => setHost(value ?? LOOPBACK)}
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
  );
}
