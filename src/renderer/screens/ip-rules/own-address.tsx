import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api.ts';

/** From where the gateway sees the machine that this console runs on; nothing while no gateway runs. */
export function OwnAddress({ onPick }: { onPick: (address: string) => void }) {
  const own = useQuery({ ...api.gateway.ownAddress.queryOptions(), retry: false });
  if (own.data === undefined) return null;
  const { address } = own.data;
  return (
    <Text c="dimmed" fz="xs">
      The gateway sees this console’s machine as{' '}
      <Anchor component="button" type="button" inherit className="mono" onClick={() => onPick(address)}>
        {address}
      </Anchor>
    </Text>
  );
}
