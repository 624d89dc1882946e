import { Stack, Text } from '@mantine/core';
import type { TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  icon: TablerIcon;
  title: string;
  /** What to do next, in a sentence. */
  children: ReactNode;
  action?: ReactNode;
}

/** Nothing to show, and what to do about it. */
export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <Stack align="center" gap={8} py={48} px="md">
      <Icon size={28} stroke={1.5} color="var(--mantine-color-dimmed)" aria-hidden />
      <Text fw={600} size="lg" ta="center">
        {title}
      </Text>
      <Text c="dimmed" ta="center" maw={440}>
        {children}
      </Text>
      {action}
    </Stack>
  );
}
