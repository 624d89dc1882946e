import { Button, SegmentedControl, Tooltip } from '@mantine/core';
import { IconPlayerRecord } from '@tabler/icons-react';
import type { LogFilter } from '../../../features/logs/contract.ts';
import { useIsReview } from '../../routes/use-review.ts';
import { RangeSelect } from '../../ui/range-select.tsx';
import { zoneName } from '../../ui/zone.ts';
import classes from './logs.module.css';
import { QueryBox } from './query-box/query-box.tsx';
import type { SetLogsView } from './use-logs-view.ts';
import type { LogsView } from './view.ts';

interface ToolbarProps {
  view: LogsView;
  filter: LogFilter;
  set: SetLogsView;
}

/** What is asked: the query, when, on which clock, and whether as it arrives. */
export function Toolbar({ view, filter, set }: ToolbarProps) {
  const { range, zone, live } = view;
  // Nothing arrives in files.
  const isReview = useIsReview();
  // What has ended has nothing live; the list begins at the newest.
  const goLive = () =>
    set({ live: true, order: 'newest', request: null, ...(range?.kind === 'custom' && { range: null }) });
  return (
    <div className={classes.toolbar}>
      <QueryBox query={view.query} filter={filter} onChange={(query) => set({ query, request: null })} />
      <RangeSelect
        range={range}
        zone={zone}
        onChange={(chosen) =>
          set({ range: chosen, request: null, ...(chosen?.kind === 'custom' && { live: false }) })
        }
      />
      <Tooltip label={`Times in ${zoneName(zone)}`}>
        <SegmentedControl
          className={classes.zone}
          aria-label="Time zone"
          value={zone}
          data={[
            { value: 'local', label: 'Local' },
            { value: 'utc', label: 'UTC' },
          ]}
          onChange={(value) => set({ zone: value === 'utc' ? 'utc' : 'local' }, { replace: true })}
        />
      </Tooltip>
      {!isReview && (
        <Tooltip label={live ? 'Back to the list' : 'Show requests as they arrive'}>
          <Button
            variant={live ? 'filled' : 'default'}
            aria-pressed={live}
            leftSection={<IconPlayerRecord size={15} />}
            onClick={() => (live ? set({ live: false, request: null }) : goLive())}
          >
            Live
          </Button>
        </Tooltip>
      )}
    </div>
  );
}
