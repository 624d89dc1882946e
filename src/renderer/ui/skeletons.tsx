import { Skeleton, Stack, Table } from '@mantine/core';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Rows of a table that is still loading, at the height of real rows. */
export function SkeletonRows({ rows = 8, columns }: { rows?: number; columns: number }) {
  return upTo(rows).map((row) => (
    <Table.Tr key={row} aria-hidden>
      {upTo(columns).map((column) => (
        <Table.Td key={column}>
          <Skeleton height={12} my={5} width={`${45 + ((row * 7 + column * 13) % 45)}%`} />
        </Table.Td>
      ))}
    </Table.Tr>
  ));
}

/** Lines of text that are still loading. */
export const SkeletonLines = ({ lines = 4 }: { lines?: number }) => (
  <Stack gap={12} aria-hidden>
    {upTo(lines).map((line) => (
      <Skeleton key={line} height={12} width={`${60 + ((line * 17) % 35)}%`} />
    ))}
  </Stack>
);
