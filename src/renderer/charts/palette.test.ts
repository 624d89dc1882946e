import { describe, expect, test } from 'vitest';
import { OUTCOMES } from '../../base/reasons.ts';
import { chartColours, outcomeColours, type Scheme } from './palette.ts';

type Rgb = [number, number, number];

const channel = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

const linear = (hex: string): Rgb => {
  const at = (start: number) => channel(Number.parseInt(hex.slice(start, start + 2), 16) / 255);
  return [at(1), at(3), at(5)];
};

const times = (matrix: number[][], [r, g, b]: Rgb): Rgb =>
  matrix.map(([x = 0, y = 0, z = 0]) => Math.min(1, Math.max(0, x * r + y * g + z * b))) as Rgb;

/** Machado, Oliveira, Fernandes 2009, severity 1. */
const sights: Record<string, number[][]> = {
  'normal sight': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** CIE L*a*b*, D65. */
function lab([r, g, b]: Rgb): Rgb {
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const distance = (a: Rgb, b: Rgb) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function contrast(one: string, other: string): number {
  const [a, b] = [luminance(linear(one)), luminance(linear(other))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const CLEARLY_APART = 28;
const schemes: Scheme[] = ['light', 'dark'];

describe.each(schemes)('the %s palette', (scheme) => {
  const colours = outcomeColours[scheme];

  test.each(Object.keys(sights))('keeps any two outcomes apart with %s', (sight) => {
    const matrix = sights[sight] ?? [];
    const seen = OUTCOMES.map((outcome) => ({ outcome, lab: lab(times(matrix, linear(colours[outcome]))) }));
    const close = seen.flatMap((a, index) =>
      seen
        .slice(index + 1)
        .map((b) => ({ pair: `${a.outcome} ${b.outcome}`, apart: Math.round(distance(a.lab, b.lab)) }))
        .filter(({ apart }) => apart < CLEARLY_APART),
    );
    expect(close).toEqual([]);
  });

  test.each(OUTCOMES)('shows %s against the panel', (outcome) => {
    expect(contrast(colours[outcome], chartColours[scheme].surface)).toBeGreaterThanOrEqual(3);
  });

  test('has axis labels that can be read', () => {
    const { dimmed, text, surface } = chartColours[scheme];
    expect(contrast(dimmed, surface)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(text, surface)).toBeGreaterThanOrEqual(4.5);
  });
});
