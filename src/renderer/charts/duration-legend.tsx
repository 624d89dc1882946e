import { Tooltip, UnstyledButton } from '@mantine/core';
import { BEFORE, BeforeMark } from './before.tsx';
import classes from './charts.module.css';
import { type DurationKey, durationColour, durationLines } from './duration-lines.ts';
import { useScheme } from './use-scheme.ts';

interface DurationLegendProps {
  shown: ReadonlySet<DurationKey>;
  onToggle: (key: DurationKey) => void;
  /** The averages of the period before are drawn. */
  before: boolean;
}

/** The lines of a chart of durations; a click hides or shows one, as a high one makes the others flat. */
export function DurationLegend({ shown, onToggle, before }: DurationLegendProps) {
  const scheme = useScheme();
  return (
    <ul className={classes.legend} aria-label="Lines">
      {durationLines.map(({ key, word, about, dash }) => (
        <li key={key}>
          <Tooltip label={about}>
            <UnstyledButton
              className={classes.toggle}
              aria-pressed={shown.has(key)}
              onClick={() => onToggle(key)}
            >
              <svg width="22" height="8" aria-hidden>
                <line
                  x1="0"
                  x2="22"
                  y1="4"
                  y2="4"
                  stroke={durationColour(scheme, key)}
                  strokeWidth="2"
                  strokeDasharray={dash.join(' ')}
                />
              </svg>
              {word}
            </UnstyledButton>
          </Tooltip>
        </li>
      ))}
      {before && (
        <li>
          <BeforeMark />
          {BEFORE}, average
        </li>
      )}
    </ul>
  );
}
