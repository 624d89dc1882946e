import { Button } from '@mantine/core';
import {
  IconFileSearch,
  IconFilterOff,
  IconHourglass,
  IconListDetails,
  IconSearch,
} from '@tabler/icons-react';
import { Link } from 'react-router';
import { paths } from '../../routes/paths.ts';
import { useIsReview } from '../../routes/use-review.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import type { Explorer } from './use-explorer.ts';
import type { SetLogsView } from './use-logs-view.ts';
import { isFiltered, type LogsView, noFilter } from './view.ts';

interface NothingProps {
  view: LogsView;
  explorer: Explorer;
  set: SetLogsView;
}

const asSentence = (text: string): string =>
  text.charAt(0).toUpperCase() + text.slice(1) + (/[.?]$/.test(text) ? '' : '.');

/** The log has no row to show: why, and what to do about it. */
export function Nothing({ view, explorer, set }: NothingProps) {
  const isReview = useIsReview();
  const clear = (
    <Button variant="default" onClick={() => set({ ...noFilter, request: null })}>
      Clear filters
    </Button>
  );
  if ('error' in explorer.parsed)
    return (
      <EmptyState icon={IconFilterOff} title="The query cannot be read" action={clear}>
        {asSentence(explorer.parsed.error.message)} Correct it above, where it is underlined, and press Enter.
      </EmptyState>
    );
  if (view.live)
    return (
      <EmptyState icon={IconHourglass} title="Nothing yet">
        Requests that fit the filter appear here as they arrive.
      </EmptyState>
    );
  if (explorer.list.hasMore)
    return (
      <EmptyState
        icon={IconSearch}
        title={explorer.list.stopped ? 'Nothing found so far' : 'Nothing found yet, the search goes on'}
      >
        This filter reads the requests one by one. A shorter range, a token or an endpoint beside it makes it
        quick.
      </EmptyState>
    );
  if (isFiltered(view))
    return (
      <EmptyState icon={IconFilterOff} title="No request matches" action={clear}>
        No logged request fits all of these filters. Take one away, or choose a longer date range.
      </EmptyState>
    );
  if (isReview)
    return (
      <EmptyState icon={IconFileSearch} title="No request in these files">
        What was found in them instead is under the button above, beside “Open export…”.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={IconListDetails}
      title="The log is empty"
      action={
        <Button variant="default" component={Link} to={paths.tokens()}>
          Go to API Tokens
        </Button>
      }
    >
      Every request that reaches the gateway appears here within a second, denied ones included. Generate a
      token and send the first one to the gateway’s address, which is at the top of the window.
    </EmptyState>
  );
}
