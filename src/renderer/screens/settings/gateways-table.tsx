import { Table, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconClockX } from '@tabler/icons-react';
import type { GatewayShown } from '../../../gateway/contract.ts';
import { DataTable } from '../../ui/data-table.tsx';
import { count } from '../../ui/format.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';

const limits: Record<GatewayShown['limits'], string> = {
  own: 'by itself',
  shared: 'with the others',
  suspended: 'by itself: the shared counters are away',
  unavailable: 'not at all: the shared counters are away',
};

/** All gateways of an instance that has several. */
export function GatewaysTable({ gateways }: { gateways: readonly GatewayShown[] }) {
  return (
    <DataTable
      label="Gateways of this instance"
      minWidth={660}
      maxHeight="320px"
      head={
        <>
          <Table.Th>Machine</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th>Address</Table.Th>
          <Table.Th>Started</Table.Th>
          <Table.Th>Policy</Table.Th>
          <Table.Th>Counts the limits</Table.Th>
        </>
      }
    >
      {gateways.map((gateway) => (
        <Table.Tr key={gateway.id}>
          <Table.Td>
            {gateway.name}
            <Text c="dimmed" fz="xs" className="tabular">
              process {gateway.pid}
            </Text>
          </Table.Td>
          <Table.Td>
            <State gateway={gateway} />
          </Table.Td>
          <Table.Td className="mono">{gateway.address ?? '–'}</Table.Td>
          <Table.Td>
            <Time at={gateway.startedAt} />
            {gateway.gone && (
              <Text c="dimmed" fz="xs">
                last seen <Time at={gateway.seenAt} />
              </Text>
            )}
          </Table.Td>
          <Table.Td className="tabular">
            {gateway.policyVersion === null ? '–' : count(gateway.policyVersion)}
          </Table.Td>
          <Table.Td>{gateway.gone ? '–' : limits[gateway.limits]}</Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}

function State({ gateway: { gone, here, limits: counts } }: { gateway: GatewayShown }) {
  if (gone) return <StatusBadge tone="quiet" icon={IconClockX} word="Gone" />;
  if (counts === 'unavailable')
    return <StatusBadge tone="bad" icon={IconAlertTriangle} word="Lets nobody in" />;
  if (counts === 'suspended')
    return <StatusBadge tone="warn" icon={IconAlertTriangle} word="Limits not shared" />;
  return <StatusBadge tone="good" icon={IconCircleCheck} word={here ? 'Running here' : 'Running'} />;
}
