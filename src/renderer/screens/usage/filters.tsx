import { SegmentedControl, Switch, Tooltip } from '@mantine/core';
import { useIsReview } from '../../routes/use-review.ts';
import { AsOf } from '../../ui/as-of.tsx';
import { presetNames, presets } from '../../ui/range.ts';
import { CustomRange } from '../../ui/range-picker.tsx';
import { TokenFilter } from '../../ui/token-filter.tsx';
import { zoneName } from '../../ui/zone.ts';
import { ReviewTokenFilter } from './review-token-filter.tsx';
import classes from './usage.module.css';
import { isWhole, type UsageView, WHOLE } from './use-usage-view.ts';

interface UsageFiltersProps {
  view: UsageView;
  set: (change: Partial<UsageView>) => void;
  updatedAt: Date | null;
  refreshing: boolean;
  refresh: () => void;
}

const presetOptions = presets.map((preset) => ({
  value: preset,
  label: <span title={presetNames[preset].long}>{presetNames[preset].short}</span>,
}));

const ALL = 'all';

/** Which token, which period, on which clock. */
export function UsageFilters({ view, set, updatedAt, refreshing, refresh }: UsageFiltersProps) {
  const { range, zone } = view;
  const custom = range.kind === 'custom' && !isWhole(range) ? range : null;
  const isReview = useIsReview();
  return (
    <div className={classes.filters}>
      {isReview ? (
        <ReviewTokenFilter value={view.token} onChange={(token) => set({ token })} />
      ) : (
        <TokenFilter value={view.token} onChange={(token) => set({ token })} />
      )}
      <SegmentedControl
        aria-label="Period"
        value={range.kind === 'preset' ? range.preset : isWhole(range) ? ALL : ''}
        data={isReview ? [{ value: ALL, label: 'All' }, ...presetOptions] : presetOptions}
        onChange={(value) => {
          if (value === ALL) set({ range: WHOLE });
          const preset = presets.find((name) => name === value);
          if (preset !== undefined) set({ range: { kind: 'preset', preset } });
        }}
      />
      <CustomRange range={custom} zone={zone} closed onChange={(chosen) => set({ range: chosen })} />
      <Tooltip label={`Times in ${zoneName(zone)}`}>
        <SegmentedControl
          aria-label="Time zone"
          value={zone}
          data={[
            { value: 'local', label: 'Local time' },
            { value: 'utc', label: 'UTC' },
          ]}
          onChange={(value) => set({ zone: value === 'utc' ? 'utc' : 'local' })}
        />
      </Tooltip>
      <Tooltip label="Beside the period of the same length before" refProp="rootRef">
        <Switch
          label="Compare"
          checked={view.compare}
          onChange={(event) => set({ compare: event.currentTarget.checked })}
        />
      </Tooltip>
      <AsOf at={updatedAt} zone={zone} refreshing={refreshing} refresh={refresh} />
    </div>
  );
}
