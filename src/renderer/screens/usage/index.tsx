import { Button, Skeleton } from '@mantine/core';
import { IconChartHistogram } from '@tabler/icons-react';
import { useCallback, useMemo } from 'react';
import { Link, useNavigate } from 'react-router';
import type { TimePoints } from '../../charts/chart-options.ts';
import { paths } from '../../routes/paths.ts';
import { useIsReview } from '../../routes/use-review.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page, PageHeader, Panel } from '../../ui/page.tsx';
import { fileTime } from '../../ui/save-file.ts';
import { DurationPanel } from './duration-panel.tsx';
import { EndpointsPanel } from './endpoints-panel.tsx';
import { Figures } from './figures.tsx';
import { UsageFilters } from './filters.tsx';
import { linkToLogsFrom } from './link-to-logs.ts';
import { OutcomesPanel } from './outcomes-panel.tsx';
import classes from './usage.module.css';
import { type Usage, useUsage } from './use-usage.ts';
import { type UsageView, useUsageView, WHOLE } from './use-usage-view.ts';
import { VolumePanel } from './volume-panel.tsx';
import { CoveredRange } from './widened.tsx';

/** Usage Analytics: how much a token, or all, is used, for what, and how well it goes. */
export function UsageScreen() {
  const { view, set } = useUsageView();
  const usage = useUsage(view);
  return (
    <Page>
      <PageHeader
        title="Usage Analytics"
        about="How often tokens are used, on which endpoints, and how well it goes. Every figure equals a count over the API log."
      />
      <UsageFilters
        view={view}
        set={set}
        updatedAt={usage.data === undefined ? null : new Date(usage.dataUpdatedAt)}
        refreshing={usage.isFetching}
        refresh={() => void usage.refetch()}
      />
      {usage.isError && (
        <div className={classes.failed}>
          <ErrorNotice error={usage.error} doing="load the usage" retry={() => void usage.refetch()} />
        </div>
      )}
      {usage.data === undefined ? (
        !usage.isError && <Loading />
      ) : (
        <UsageOf usage={usage.data} view={view} set={set} refreshing={usage.isPlaceholderData} />
      )}
    </Page>
  );
}

const Loading = () => (
  <>
    <Skeleton height={12} width={320} mb={15} />
    <Figures summary={undefined} />
    <Panel>
      <Skeleton height={276} />
    </Panel>
  </>
);

interface UsageOfProps {
  usage: Usage;
  view: UsageView;
  set: (change: Partial<UsageView>) => void;
  refreshing: boolean;
}

function UsageOf({ usage, view, set, refreshing }: UsageOfProps) {
  const { summary } = usage;
  const { from, to } = summary;
  const points: TimePoints = useMemo(
    () => ({
      starts: summary.series.map(({ start }) => start),
      end: summary.to,
      zone: view.zone,
    }),
    [summary, view.zone],
  );
  const linkToLogs = useMemo(() => linkToLogsFrom(view.token, { from, to }), [view.token, from, to]);
  const navigate = useNavigate();
  const onBrush = useCallback(
    (first: Date, end: Date) => void navigate(linkToLogs({ from: first, to: end })),
    [navigate, linkToLogs],
  );
  const fileName = `${fileTime(from)}-to-${fileTime(to)}`;
  return (
    <>
      <CoveredRange usage={usage} zone={view.zone} />
      <Figures summary={summary} />
      {summary.total === 0 ? (
        <Panel>
          <NoUsage view={view} set={set} />
        </Panel>
      ) : (
        <div className={classes.stack}>
          <VolumePanel
            summary={summary}
            points={points}
            linkToLogs={linkToLogs}
            fileName={fileName}
            refreshing={refreshing}
            onBrush={onBrush}
          />
          <div className={classes.pair}>
            <DurationPanel
              summary={summary}
              points={points}
              fileName={fileName}
              refreshing={refreshing}
              onBrush={onBrush}
            />
            <OutcomesPanel summary={summary} linkToLogs={linkToLogs} fileName={fileName} />
          </div>
          <EndpointsPanel
            endpoints={summary.byEndpoint}
            total={summary.total}
            linkToLogs={linkToLogs}
            fileName={fileName}
          />
        </div>
      )}
    </>
  );
}

/** Nothing was requested: widen the search, or make the first request. */
function NoUsage({ view, set }: Pick<UsageOfProps, 'view' | 'set'>) {
  const isReview = useIsReview();
  if (isReview)
    return (
      <EmptyState
        icon={IconChartHistogram}
        title="No requests in this period"
        action={
          <Button variant="default" onClick={() => set({ token: null, range: WHOLE })}>
            Show all that the files have
          </Button>
        }
      >
        The opened files have none. A period like “24 h” is the one before their newest request.
      </EmptyState>
    );
  const longest = view.range.kind === 'preset' && view.range.preset === '13mo';
  if (view.token !== null) {
    return (
      <EmptyState
        icon={IconChartHistogram}
        title="This token was not used in this period"
        action={
          <Button variant="default" onClick={() => set({ token: null })}>
            Show all tokens
          </Button>
        }
      >
        Choose a longer period, or another token. A request appears here within a second of its answer.
      </EmptyState>
    );
  }
  return longest ? (
    <EmptyState
      icon={IconChartHistogram}
      title="No requests yet"
      action={
        <Button component={Link} to={paths.tokens()} variant="default">
          Go to API Tokens
        </Button>
      }
    >
      Generate a token and send a first request through the gateway; it appears here within a second. The
      gateway’s address is at the top of the window.
    </EmptyState>
  ) : (
    <EmptyState
      icon={IconChartHistogram}
      title="No requests in this period"
      action={
        <Button variant="default" onClick={() => set({ range: { kind: 'preset', preset: '13mo' } })}>
          Show the last 13 months
        </Button>
      }
    >
      Nothing reached the gateway in this period. Choose a longer one, or check that the gateway runs and that
      clients call its address, which is at the top of the window.
    </EmptyState>
  );
}
