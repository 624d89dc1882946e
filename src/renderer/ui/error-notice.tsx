import { Alert, Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { explain } from './fault-texts.ts';

interface ErrorNoticeProps {
  error: unknown;
  /** What was attempted, as "load the tokens". */
  doing: string;
  retry?: () => void;
}

/** What happened, what it means, what to do. */
export function ErrorNotice({ error, doing, retry }: ErrorNoticeProps) {
  const { title, meaning, remedy } = explain(error, doing);
  return (
    <Alert role="alert" color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={title}>
      <Text c="var(--mantine-color-text)">{meaning}</Text>
      <Text c="dimmed">{remedy}</Text>
      {retry !== undefined && (
        <Button
          mt="xs"
          size="compact-sm"
          variant="default"
          leftSection={<IconRefresh size={14} />}
          onClick={retry}
        >
          Try again
        </Button>
      )}
    </Alert>
  );
}

/** The same as a notification, for an action whose place on screen is gone or tiny. */
export function notifyError(error: unknown, doing: string): void {
  const { title, meaning, remedy } = explain(error, doing);
  notifications.show({
    color: 'red',
    icon: <IconAlertTriangle size={18} />,
    title,
    message: `${meaning} ${remedy}`,
    autoClose: 12_000,
  });
}
