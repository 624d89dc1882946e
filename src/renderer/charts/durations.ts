const digits = (value: number, most: number) =>
  new Intl.NumberFormat('en', { maximumFractionDigits: most }).format(value);

const oneDigit = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** "0.84 ms", "12.4 ms", "340 ms", "2.41 s": three figures that matter. */
export function duration(ms: number): string {
  if (ms < 10) return `${digits(ms, 2)} ms`;
  if (ms < 100) return `${digits(ms, 1)} ms`;
  if (ms < 1_000) return `${digits(ms, 0)} ms`;
  return `${digits(ms / 1_000, 2)} s`;
}

const twoDigits = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** "0.20 ms", "1,234.50 ms": for a column, in which the points stand below each other. */
export const columnDuration = (ms: number): string => `${twoDigits.format(ms)} ms`;

/** "1,234.567 ms": every digit that is known. */
export const exactDuration = (ms: number): string => `${digits(ms, 3)} ms`;

/** "98.6 %", "100.0 %"; a rest never reads as nothing and nearly all never as all. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  const value = (part / whole) * 100;
  if (part > 0 && value < 0.1) return '< 0.1 %';
  if (part < whole && value > 99.9) return '> 99.9 %';
  return `${oneDigit.format(value)} %`;
}
