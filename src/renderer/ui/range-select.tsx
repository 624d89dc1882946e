import { Button, Popover, UnstyledButton } from '@mantine/core';
import { IconCheck, IconChevronDown, IconClock } from '@tabler/icons-react';
import { useState } from 'react';
import { logPresets, presetNames, type Range } from './range.ts';
import { CustomRangeForm, rangeWords } from './range-picker.tsx';
import classes from './range-select.module.css';
import type { Zone } from './zone.ts';

const ANY = 'Any time';

const words = (range: Range | null, zone: Zone): string => {
  if (range === null) return ANY;
  return range.kind === 'preset' ? presetNames[range.preset].long : rangeWords(range, zone);
};

interface RangeSelectProps {
  /** null: any time. */
  range: Range | null;
  zone?: Zone;
  onChange: (range: Range | null) => void;
}

/** The period of the log: one that ends now, any time, or two instants. */
export function RangeSelect({ range, zone = 'local', onChange }: RangeSelectProps) {
  const [opened, setOpened] = useState(false);
  const choose = (chosen: Range | null) => {
    onChange(chosen);
    setOpened(false);
  };
  const shown = words(range, zone);
  const preset = range?.kind === 'preset' ? range.preset : null;
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          aria-label={`Date range: ${shown}`}
          leftSection={<IconClock size={15} />}
          rightSection={<IconChevronDown size={14} />}
          classNames={{ label: classes.label }}
          title={shown}
          onClick={() => setOpened((now) => !now)}
        >
          {shown}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Date range" className={classes.dropdown}>
        <ul className={classes.presets}>
          {[...logPresets, null].map((one) => {
            const chosen = one === null ? range === null : one === preset;
            return (
              <li key={one}>
                <UnstyledButton
                  className={classes.preset}
                  aria-pressed={chosen}
                  onClick={() => choose(one === null ? null : { kind: 'preset', preset: one })}
                >
                  {one === null ? ANY : presetNames[one].long}
                  {chosen && <IconCheck size={14} aria-hidden />}
                </UnstyledButton>
              </li>
            );
          })}
        </ul>
        {opened && (
          <CustomRangeForm
            key={zone}
            range={range?.kind === 'custom' ? range : null}
            zone={zone}
            seconds
            onCancel={() => setOpened(false)}
            onChange={choose}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
