import type { Outcome } from '../../base/reasons.ts';

export type Scheme = 'light' | 'dark';

/**
 * One colour for an outcome, in every chart, bar and legend. Chosen so that any two stay apart for normal sight
 * and for each kind of colour-blindness (palette.test.ts measures it), and so that each stands out from the panel
 * it is drawn on.
 */
export const outcomeColours: Record<Scheme, Record<Outcome, string>> = {
  light: {
    admitted: '#4992c3',
    clientError: '#c08206',
    limited: '#8440d0',
    denied: '#a3281e',
    serverError: '#16181c',
  },
  dark: {
    admitted: '#3d98c5',
    clientError: '#edb51c',
    limited: '#8a42de',
    denied: '#c54030',
    serverError: '#e8ebef',
  },
};

/** The same as a CSS variable, for what is not drawn on a canvas. */
export const outcomeVariable = (outcome: Outcome): `--gh-${Outcome}` => `--gh-${outcome}`;

/** What charts are drawn with besides; canvas cannot read CSS variables. The values are the theme's. */
export const chartColours: Record<
  Scheme,
  { surface: string; text: string; dimmed: string; grid: string; line: string }
> = {
  light: { surface: '#ffffff', text: '#1c1f23', dimmed: '#5c626a', grid: '#e8ebed', line: '#1f6aa3' },
  dark: { surface: '#16181c', text: '#e4e7ea', dimmed: '#9aa1ab', grid: '#2a2e35', line: '#8bbde1' },
};

/** The outcomes as charts and tables name them. */
export const outcomeWords: Record<Outcome, string> = {
  admitted: 'Admitted',
  clientError: 'Client error',
  limited: 'Limited',
  denied: 'Denied',
  serverError: 'Server error',
};

/** What an outcome counts, by status. */
export const outcomeMeanings: Record<Outcome, string> = {
  admitted: 'Let in and answered (below 400)',
  clientError: 'The request was at fault (400 to 499 without those below)',
  limited: 'Over a limit (429)',
  denied: 'Not allowed (401 and 403)',
  serverError: 'We or the API failed (500 and above)',
};
