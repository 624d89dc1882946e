import { chartColours, type Scheme } from './palette.ts';

/** How the period before is named, and drawn: over the rest, without a colour that means something. */
export const BEFORE = 'Period before';

const DASH = [3, 3];

export const beforeLine = (scheme: Scheme) => ({
  borderColor: chartColours[scheme].dimmed,
  backgroundColor: chartColours[scheme].dimmed,
  borderWidth: 1.5,
  borderDash: DASH,
  pointRadius: 0,
  pointHoverRadius: 3,
  pointStyle: 'line' as const,
});

/** The same stroke beside the name. */
export const BeforeMark = () => (
  <svg width="22" height="8" aria-hidden>
    <line
      x1="0"
      x2="22"
      y1="4"
      y2="4"
      stroke="var(--mantine-color-dimmed)"
      strokeWidth="2"
      strokeDasharray={DASH.join(' ')}
    />
  </svg>
);
