import { Popover, Select } from '@mantine/core';
import { IconClock } from '@tabler/icons-react';
import { useState } from 'react';
import { presetNames, presets, type Range } from './range.ts';
import { CustomRangeForm, rangeWords } from './range-picker.tsx';

const CUSTOM = 'custom';

/** The log is kept for less than that. */
const options = presets
  .filter((preset) => preset !== '13mo')
  .map((preset) => ({ value: preset as string, label: presetNames[preset].long }));

interface RangeSelectProps {
  /** null: any time. */
  range: Range | null;
  onChange: (range: Range | null) => void;
}

/** The period of the log: one that ends now, or, as the last choice, two instants. */
export function RangeSelect({ range, onChange }: RangeSelectProps) {
  const [opened, setOpened] = useState(false);
  const custom = range?.kind === 'custom' ? range : null;
  const words = custom === null ? 'Custom…' : rangeWords(custom, 'local');
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Select
          aria-label="Date range"
          placeholder="Any time"
          title={custom === null ? undefined : words}
          leftSection={<IconClock size={14} />}
          clearable
          allowDeselect={false}
          clearSectionMode="clear"
          clearButtonProps={{ 'aria-label': 'Show any time' }}
          data={[...options, { value: CUSTOM, label: words }]}
          value={custom === null ? (range?.kind === 'preset' ? range.preset : null) : CUSTOM}
          onOptionSubmit={(value) => setOpened(value === CUSTOM)}
          onChange={(value) => {
            const preset = presets.find((name) => name === value);
            if (preset !== undefined) onChange({ kind: 'preset', preset });
            else if (value === null) onChange(null);
          }}
        />
      </Popover.Target>
      <Popover.Dropdown aria-label="Custom range">
        {opened && (
          <CustomRangeForm
            range={custom}
            zone="local"
            onCancel={() => setOpened(false)}
            onChange={(chosen) => {
              onChange(chosen);
              setOpened(false);
            }}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
