import { Button, Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconDownload, IconTestPipe } from '@tabler/icons-react';
import { useCallback, useRef, useState } from 'react';
import type { Term } from '../../../base/log-query/terms.ts';
import { inDesktop } from '../../api.ts';
import { useIsReview } from '../../routes/use-review.ts';
import { useTestRequest } from '../../routes/use-test-request.ts';
import { AsOf } from '../../ui/as-of.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { widerRange } from '../../ui/range.ts';
import { useView } from '../../view.ts';
import { firstColumns } from './column-ids.ts';
import { ColumnPicker } from './column-picker.tsx';
import { CopyCommand } from './copy-command.tsx';
import { ExportModal } from './export/export-modal.tsx';
import { Facets } from './facets/facets.tsx';
import { FacetsButton } from './facets/facets-button.tsx';
import { Histogram } from './histogram/histogram.tsx';
import { LogDrawer } from './log-drawer.tsx';
import { LogTable, type LogTableHandle } from './log-table.tsx';
import classes from './logs.module.css';
import { Nothing } from './nothing.tsx';
import { OpenExport } from './open-export.tsx';
import { OverviewLine } from './overview-line.tsx';
import { LabelsContext } from './query-box/labels.ts';
import { SearchProgress } from './search-progress.tsx';
import { TailLine } from './tail/tail-line.tsx';
import { usePause } from './tail/use-pause.ts';
import { Toolbar } from './toolbar.tsx';
import { type Explorer, useExplorer } from './use-explorer.ts';
import { useLogsView } from './use-logs-view.ts';
import { useNarrow } from './use-narrow.ts';
import type { LogsView } from './view.ts';
import { ViewsMenu } from './views/views-menu.tsx';

/** From here on, there is room for the facets beside the log. */
const WIDE = '(min-width: 1100px)';
/** And for the endpoint, which the path mostly says: beside the facets, or without them. */
const ROOMY = { beside: '(min-width: 1400px)', alone: '(min-width: 1160px)' };

const noBars = { bars: [], complete: true, countedTo: new Date(0) };

/** API Logs: every request that reached the gateway, and why each was answered as it was. */
export function LogsScreen() {
  const { view, set } = useLogsView();
  const { open: openTest } = useTestRequest();
  const isReview = useIsReview();
  const explorer = useExplorer(view);
  const { terms, filter, labels, tail, list, rows, counts, refresh } = explorer;
  const { overview } = counts;
  const { ask, narrow } = useNarrow(terms, set);
  const { onTop, hold, goOn } = usePause(tail.feed);
  const [exporting, setExporting] = useState(false);
  const wide = useMediaQuery(WIDE, undefined, { getInitialValueInEffect: false }) ?? true;
  const facetsShown = useView(({ facetsShown: shown }) => shown);
  const table = useRef<LogTableHandle>(null);
  const onOpen = useCallback((request: string) => set({ request }), [set]);
  const zoom = useCallback(
    (from: Date, to: Date) => set({ range: { kind: 'custom', from, to }, live: false, request: null }),
    [set],
  );
  const { zone, range, live } = view;
  const beside = wide && facetsShown;
  const roomy = useMediaQuery(beside ? ROOMY.beside : ROOMY.alone) ?? true;
  const columns = view.columns ?? firstColumns(roomy);
  const readable = !('error' in explorer.parsed);
  const facets = (
    <Facets overview={overview} stale={counts.stale} filter={filter} terms={terms} onAsk={ask} />
  );
  return (
    <LabelsContext value={labels}>
      <div className={classes.screen}>
        <header className={classes.screenHead}>
          <h1>API Logs</h1>
          {!isReview && <ViewsMenu view={view} set={set} />}
          <CopyCommand filter={filter} disabled={!readable} />
          {!isReview && (
            <>
              {inDesktop && <OpenExport />}
              <Button
                variant="default"
                leftSection={<IconDownload size={15} />}
                disabled={!readable}
                onClick={() => setExporting(true)}
              >
                Export…
              </Button>
              <Button
                variant="default"
                leftSection={<IconTestPipe size={15} />}
                onClick={() => openTest({ token: tokenOf(terms) })}
              >
                Test a request
              </Button>
            </>
          )}
        </header>
        <Toolbar view={view} filter={filter} set={set} />
        <OverviewLine
          overview={readable ? overview : undefined}
          zone={zone}
          onOutcome={(outcome) => narrow('outcome', outcome, false)}
          onZoomOut={
            range === null
              ? undefined
              : () => set({ range: widerRange(range, Date.now()), live: false, request: null })
          }
        />
        <Histogram
          overview={readable ? (overview ?? noBars) : noBars}
          zone={zone}
          stale={counts.stale}
          onZoom={zoom}
        />
        <div className={classes.line}>
          <FacetsButton wide={wide}>{facets}</FacetsButton>
          {live ? (
            <TailLine
              tail={tail}
              onPause={hold}
              onResume={() => {
                table.current?.toTop();
                goOn();
              }}
            />
          ) : (
            <SearchProgress
              searching={list.searching && list.query.isFetched}
              stopped={list.stopped}
              searchedTo={list.searchedTo}
              between={searchedBetween(view, explorer)}
              zone={zone}
              onStop={list.stop}
              onGoOn={list.goOn}
            />
          )}
          <AsOf
            at={rows === undefined ? null : explorer.asOf}
            zone={zone}
            refreshing={explorer.refreshing && !live}
            refresh={refresh}
          />
          <ColumnPicker
            columns={columns}
            chosen={view.columns !== null}
            onChange={(chosen) => set({ columns: chosen }, { replace: true })}
          />
        </div>
        {counts.query.isError && (
          <ErrorNotice
            error={counts.query.error}
            doing="count the log"
            retry={() => void counts.query.refetch()}
          />
        )}
        {list.query.isError && !live && (
          <ErrorNotice
            error={list.query.error}
            doing="load the log"
            retry={() => void list.query.refetch()}
          />
        )}
        <div className={classes.body}>
          {beside && (
            <aside className={classes.aside} aria-label="Facets">
              {facets}
            </aside>
          )}
          {!(list.query.isError && rows === undefined) && (
            <div className={classes.frame}>
              {readable && rows === undefined ? (
                <Loading />
              ) : !readable || rows === undefined || rows.length === 0 ? (
                <Nothing view={view} explorer={explorer} set={set} />
              ) : (
                <LogTable
                  // Another question starts at the top.
                  key={`${explorer.text} ${live ? 'live' : explorer.asOf.getTime()}`}
                  handle={table}
                  rows={rows}
                  columns={columns}
                  view={view}
                  onOpen={onOpen}
                  {...(!live && { onOrder: (order: LogsView['order']) => set({ order }) })}
                  want={list.want}
                  hasMore={!live && list.hasMore}
                  {...(live && { onTop })}
                  stale={!live && list.stale}
                  foot={<Foot view={view} explorer={explorer} />}
                />
              )}
            </div>
          )}
        </div>
        <LogDrawer
          rows={rows}
          request={view.request}
          zone={zone}
          onRequest={(request, replace) => set({ request }, { replace })}
          onNarrow={narrow}
          onSpan={(from, to) => set({ query: '', ...spanOf(from, to) })}
        />
        {exporting && <ExportModal filter={filter} overview={overview} onClose={() => setExporting(false)} />}
      </div>
    </LabelsContext>
  );
}

const spanOf = (from: Date, to: Date): Partial<LogsView> => ({
  range: { kind: 'custom', from, to },
  live: false,
  request: null,
});

/** The token that a query asks for alone, for *Test a request*. */
function tokenOf(terms: readonly Term[]): string | null {
  const of = terms.filter(({ field, excluded }) => field === 'token' && !excluded);
  const [value, ...rest] = of.flatMap(({ values }) => values);
  return value?.kind === 'text' && rest.length === 0 && /^[0-9a-f-]{36}$/i.test(value.text)
    ? value.text
    : null;
}

/** Where a search begins and where it ends, in the order in which it goes. */
function searchedBetween({ order }: LogsView, { counts, filter, asOf }: Explorer) {
  const from = filter.from ?? counts.overview?.from;
  if (from === undefined) return null;
  const to = filter.to ?? asOf;
  return order === 'newest' ? { start: to, end: from } : { start: from, end: to };
}

function Foot({ view, explorer: { list } }: { view: LogsView; explorer: Explorer }) {
  if (view.live) return 'What came before is in the list.';
  if (list.stopped) return 'The search was stopped here.';
  if (list.hasMore) return <Skeleton height={12} width={220} />;
  return `The log has nothing ${view.order === 'newest' ? 'older' : 'newer'} that matches.`;
}

const placeholders = [78, 64, 86, 71, 92, 60, 81, 69];

const Loading = () => (
  <div className={classes.loading} aria-hidden>
    {placeholders.map((width) => (
      <Skeleton key={width} height={12} width={`${width}%`} />
    ))}
  </div>
);
