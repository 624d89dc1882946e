import { Button, Skeleton } from '@mantine/core';
import { IconFilterOff, IconListDetails, IconTestPipe } from '@tabler/icons-react';
import { useCallback } from 'react';
import { Link } from 'react-router';
import { paths } from '../../routes/paths.ts';
import { useTestRequest } from '../../routes/use-test-request.ts';
import { AsOf } from '../../ui/as-of.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { counted } from '../../ui/format.ts';
import { PageHeader } from '../../ui/page.tsx';
import { DownloadLog } from './download-log.tsx';
import { FilterBar } from './filter-bar.tsx';
import { LogDrawer } from './log-drawer.tsx';
import { LogTable } from './log-table.tsx';
import classes from './logs.module.css';
import { useLogs } from './use-logs.ts';
import { isFiltered, noFilter, useLogsView } from './use-logs-view.ts';

/** API Logs: every request that reached the gateway, newest first, and why each was answered as it was. */
export function LogsScreen() {
  const { view, set } = useLogsView();
  const { open: openTest } = useTestRequest();
  const { query, rows, filter, asOf, refresh } = useLogs(view);
  const { fetchNextPage } = query;
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const onOpen = useCallback((request: string) => set({ request }), [set]);
  const shown = rows?.length ?? 0;
  return (
    <div className={classes.screen}>
      <PageHeader
        title="API Logs"
        about="Every request that reached the gateway, denied ones included, and why it was answered as it was."
        actions={
          <>
            <Button
              variant="default"
              leftSection={<IconTestPipe size={15} />}
              onClick={() => openTest({ token: view.token })}
            >
              Test a request
            </Button>
            <DownloadLog filter={filter} disabled={shown === 0} />
          </>
        }
      />
      <FilterBar view={view} set={set} />
      <div className={classes.line}>
        <span role="status" className="tabular">
          {rows !== undefined && shownWords(shown, query.hasNextPage)}
        </span>
        <AsOf
          at={rows === undefined ? null : asOf}
          zone="local"
          refreshing={query.isFetching && !query.isFetchingNextPage}
          refresh={refresh}
        />
      </div>
      {query.isError && (
        <ErrorNotice error={query.error} doing="load the log" retry={() => void query.refetch()} />
      )}
      {!(query.isError && rows === undefined) && (
        <div className={classes.frame}>
          {rows === undefined ? (
            <Loading />
          ) : shown === 0 ? (
            <Nothing filtered={isFiltered(view)} clear={() => set(noFilter)} />
          ) : (
            <LogTable
              // Another question starts at the top.
              key={JSON.stringify(filter)}
              rows={rows}
              open={view.request}
              onOpen={onOpen}
              hasMore={query.hasNextPage}
              loadingMore={query.isFetchingNextPage}
              loadMore={loadMore}
              stale={query.isPlaceholderData}
            />
          )}
        </div>
      )}
      <LogDrawer rows={rows} view={view} set={set} />
    </div>
  );
}

function shownWords(shown: number, more: boolean): string {
  if (shown === 0) return 'No requests';
  return `${counted(shown, 'request')}${more ? ' and more' : ''}, newest first`;
}

const placeholders = [78, 64, 86, 71, 92, 60, 81, 69];

const Loading = () => (
  <div className={classes.loading} aria-hidden>
    {placeholders.map((width) => (
      <Skeleton key={width} height={12} width={`${width}%`} />
    ))}
  </div>
);

const Nothing = ({ filtered, clear }: { filtered: boolean; clear: () => void }) =>
  filtered ? (
    <EmptyState
      icon={IconFilterOff}
      title="No request matches"
      action={
        <Button variant="default" onClick={clear}>
          Clear filters
        </Button>
      }
    >
      No logged request fits all of these filters. Take one away, or choose a longer date range.
    </EmptyState>
  ) : (
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
