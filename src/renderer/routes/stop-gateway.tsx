import { Alert, Button, Group, Modal, Skeleton, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconPlayerStop } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { HOUR } from '../../base/clock.ts';
import { api } from '../api.ts';
import { counted } from '../ui/format.ts';
import { useSubmit } from '../ui/use-submit.ts';
import { useGateway } from './use-gateway.ts';

interface StopGatewayProps {
  opened: boolean;
  onClose: () => void;
}

/** One confirmation, with what the gateway answered in the last hour: stopping cuts off every client. */
export const StopGateway = ({ opened, onClose }: StopGatewayProps) => (
  <Modal opened={opened} onClose={onClose} title="Stop the gateway?" size={460}>
    <Confirmation onClose={onClose} />
  </Modal>
);

function Confirmation({ onClose }: { onClose: () => void }) {
  const { stop } = useGateway();
  const from = useMemo(() => new Date(Date.now() - HOUR), []);
  const usage = useQuery(api.usage.summary.queryOptions({ input: { from } }));
  const onStop = useSubmit({
    pending: stop.isPending,
    submit: () => stop.mutate(undefined, { onSettled: onClose }),
  });
  const total = usage.data?.total ?? 0;
  return (
    <Stack>
      <Text>
        No API client can reach this instance until it is started again. Requests in flight are answered
        first.
      </Text>
      {usage.isPending ? (
        <Skeleton height={44} />
      ) : (
        <Alert
          color={total > 0 ? 'yellow' : 'gray'}
          variant="light"
          icon={total > 0 ? <IconAlertTriangle size={18} /> : undefined}
        >
          <Text c="var(--mantine-color-text)">
            {usage.isError
              ? 'Its use in the last hour could not be read.'
              : total > 0
                ? `In use: ${counted(total, 'request')} in the last hour.`
                : 'No requests in the last hour.'}
          </Text>
        </Alert>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep it running
        </Button>
        <Button
          color="red"
          leftSection={<IconPlayerStop size={15} />}
          loading={stop.isPending}
          onClick={onStop}
        >
          Stop the gateway
        </Button>
      </Group>
    </Stack>
  );
}
