import { useMediaQuery } from '@mantine/hooks';
import { useCallback, useRef } from 'react';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { widerRange } from '../../ui/range.ts';
import { useView } from '../../view.ts';
import { firstColumns } from './column-ids.ts';
import { Facets } from './facets/facets.tsx';
import { LogsHead } from './head.tsx';
import { Histogram } from './histogram/histogram.tsx';
import { LogDrawer } from './log-drawer.tsx';
import type { LogTableHandle } from './log-table.tsx';
import classes from './logs.module.css';
import { OverviewLine } from './overview-line.tsx';
import { LabelsContext } from './query-box/labels.ts';
import { Results } from './results.tsx';
import { ResultsLine } from './results-line.tsx';
import { usePause } from './tail/use-pause.ts';
import { Toolbar } from './toolbar.tsx';
import { useExplorer } from './use-explorer.ts';
import { useLogsView } from './use-logs-view.ts';
import { useNarrow } from './use-narrow.ts';

/** From here on, there is room for the facets beside the log. */
const WIDE = '(min-width: 1100px)';
/** And for the endpoint, which the path mostly says: beside the facets, or without them. */
const ROOMY = { beside: '(min-width: 1400px)', alone: '(min-width: 1160px)' };

const useWindow = (query: string) =>
  useMediaQuery(query, undefined, { getInitialValueInEffect: false }) ?? true;

const noBars = { bars: [], complete: true, countedTo: new Date(0) };

/** API Logs: every request that reached the gateway, and why each was answered as it was. */
export function LogsScreen() {
  const { view, set } = useLogsView();
  const explorer = useExplorer(view);
  const { parsed, terms, filter, labels, tail, list, rows, counts } = explorer;
  const { ask, narrow } = useNarrow(terms, set);
  const { onTop, hold, goOn } = usePause(tail.feed);
  const wide = useWindow(WIDE);
  const beside = useView(({ facetsShown }) => facetsShown) && wide;
  const roomy = useWindow(beside ? ROOMY.beside : ROOMY.alone);
  const table = useRef<LogTableHandle>(null);
  const showSpan = useCallback(
    (from: Date, to: Date) => set({ range: { kind: 'custom', from, to }, live: false, request: null }),
    [set],
  );
  const { zone, range, live } = view;
  const columns = view.columns ?? firstColumns(roomy);
  const readable = 'terms' in parsed;
  const overview = readable ? counts.overview : undefined;
  const facets = readable ? (
    <Facets overview={overview} stale={counts.stale} filter={filter} terms={terms} onAsk={ask} />
  ) : (
    <p className="dimmed">Nothing is counted for a query that cannot be read.</p>
  );
  const zoomOut =
    range === null
      ? undefined
      : () => set({ range: widerRange(range, Date.now()), live: false, request: null });
  return (
    <LabelsContext value={labels}>
      <div className={classes.screen}>
        <LogsHead view={view} set={set} explorer={explorer} />
        <Toolbar view={view} filter={filter} set={set} />
        <OverviewLine
          overview={overview}
          counting={counts.counting}
          onStop={counts.stop}
          onGoOn={counts.goOn}
          zone={zone}
          onOutcome={(outcome) => narrow('outcome', outcome, false)}
          onZoomOut={zoomOut}
        />
        <Histogram overview={overview ?? noBars} zone={zone} stale={counts.stale} onZoom={showSpan} />
        <ResultsLine
          view={view}
          set={set}
          explorer={explorer}
          columns={columns}
          wide={wide}
          facets={facets}
          onPause={hold}
          onResume={() => {
            table.current?.toTop();
            goOn();
          }}
        />
        {counts.query.isError && !list.query.isError && (
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
          <Results view={view} set={set} explorer={explorer} columns={columns} onTop={onTop} table={table} />
        </div>
        <LogDrawer
          rows={rows}
          request={view.request}
          zone={zone}
          onRequest={(request, replace) => set({ request }, { replace })}
          onNarrow={narrow}
          onSpan={(from, to) => {
            set({ query: '', range: { kind: 'custom', from, to }, live: false, request: null });
          }}
        />
      </div>
    </LabelsContext>
  );
}
