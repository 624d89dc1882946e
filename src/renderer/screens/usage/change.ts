const percentage = new Intl.NumberFormat('en', { maximumFractionDigits: 1, signDisplay: 'exceptZero' });

/** "+12.3 %": how a number has changed since the period before; null where there was nothing to compare with. */
export function changeWords(now: number | null, before: number | null): string | null {
  if (now === null || before === null || before === 0) return null;
  const change = (now / before - 1) * 100;
  return Math.abs(change) < 0.05 ? 'as before' : `${percentage.format(change)} %`;
}

/** "+1.2 points": how a share of a hundred has changed. */
export function pointsWords(now: number | null, before: number | null): string | null {
  if (now === null || before === null) return null;
  const change = (now - before) * 100;
  return Math.abs(change) < 0.05 ? 'as before' : `${percentage.format(change)} points`;
}

export const shareOf = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
