import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useRouteError } from 'react-router';
import { EmptyState } from '../ui/empty-state.tsx';

/** A screen that broke: the rest of the console goes on. */
export function RouteError() {
  const error = useRouteError();
  const detail = error instanceof Error ? error.message : String(error);
  return (
    <EmptyState
      icon={IconAlertTriangle}
      title="This screen stopped working"
      action={
        <Button variant="default" onClick={() => window.location.reload()}>
          Reload the console
        </Button>
      }
    >
      The error is in the console, not in your instance; nothing was changed. It said: {detail}
    </EmptyState>
  );
}
