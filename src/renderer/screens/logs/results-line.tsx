import type { ReactNode } from 'react';
import { AsOf } from '../../ui/as-of.tsx';
import type { ColumnId } from './column-ids.ts';
import { ColumnPicker } from './column-picker.tsx';
import { FacetsButton } from './facets/facets-button.tsx';
import classes from './logs.module.css';
import { SearchProgress } from './search-progress.tsx';
import { TailLine } from './tail/tail-line.tsx';
import type { Explorer } from './use-explorer.ts';
import type { SetLogsView } from './use-logs-view.ts';
import type { LogsView } from './view.ts';

interface ResultsLineProps {
  view: LogsView;
  set: SetLogsView;
  explorer: Explorer;
  columns: readonly ColumnId[];
  /** There is room for the facets beside the list. */
  wide: boolean;
  facets: ReactNode;
  onPause: () => void;
  onResume: () => void;
}

/** Above the list: how its search or its tail is, of when it is, and what it shows. */
export function ResultsLine(props: ResultsLineProps) {
  const { view, set, explorer, columns, wide, facets, onPause, onResume } = props;
  const { zone, live } = view;
  const { list, tail, rows, asOf, refreshing, refresh } = explorer;
  return (
    <div className={classes.line}>
      <FacetsButton wide={wide}>{facets}</FacetsButton>
      {live ? (
        <TailLine tail={tail} onPause={onPause} onResume={onResume} />
      ) : (
        <SearchProgress
          searching={list.searching && rows !== undefined}
          stopped={list.stopped}
          searchedTo={list.searchedTo}
          between={searchedBetween(view, explorer)}
          zone={zone}
          onStop={list.stop}
          onGoOn={list.goOn}
        />
      )}
      <AsOf
        at={rows === undefined ? null : asOf}
        zone={zone}
        refreshing={refreshing && !live}
        refresh={refresh}
      />
      <ColumnPicker
        columns={columns}
        chosen={view.columns !== null}
        onChange={(chosen) => set({ columns: chosen }, { replace: true })}
      />
    </div>
  );
}

/** Where a search begins and where it ends, in the order in which it goes; null: nobody knows. */
function searchedBetween({ order }: LogsView, { counts, filter, asOf }: Explorer) {
  const from = filter.from ?? counts.overview?.from;
  if (from === undefined) return null;
  const to = filter.to ?? asOf;
  return order === 'newest' ? { start: to, end: from } : { start: from, end: to };
}
