import { Button, Text } from '@mantine/core';
import { IconAlertTriangle, IconPlugConnectedX } from '@tabler/icons-react';
import { useState } from 'react';
import { useRouteError } from 'react-router';
import { EmptyState } from '../ui/empty-state.tsx';

/** What browsers and Vite say where a screen's own files did not come. */
const NOT_LOADED =
  /dynamically imported module|module script failed|unable to preload|failed to fetch|load failed/i;

/** A screen that broke, or whose files did not come: the rest of the console goes on. */
export function RouteError() {
  const error = useRouteError();
  const detail = error instanceof Error ? error.message : String(error);
  if (NOT_LOADED.test(detail)) return <NotLoaded />;
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

/**
 * Loads the page anew, but only once the server answers: a browser may keep a failed import for as long as the page
 * lives, and a page that is gone cannot try again. The route and the session outlive it.
 */
function NotLoaded() {
  const [state, setState] = useState<'idle' | 'trying' | 'failed'>('idle');
  const again = async () => {
    setState('trying');
    try {
      await fetch(window.location.pathname, { cache: 'no-store' });
      window.location.reload();
    } catch {
      setState('failed');
    }
  };
  return (
    <EmptyState
      icon={IconPlugConnectedX}
      title="The server does not answer"
      action={
        <Button variant="default" loading={state === 'trying'} onClick={() => void again()}>
          Try again
        </Button>
      }
    >
      This screen could not be loaded. Check that Gatehouse is still running, then try again.
      <Text span role="status" display="block">
        {state === 'failed' && 'It still does not answer.'}
      </Text>
    </EmptyState>
  );
}
