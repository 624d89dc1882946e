/** A stretch of points, from where it began to where it is now; both are in it. */
export interface Brush {
  readonly anchor: number;
  readonly head: number;
}

/** The first and the last point of it. */
export const pointsOf = ({ anchor, head }: Brush): [first: number, last: number] => [
  Math.min(anchor, head),
  Math.max(anchor, head),
];

/** The horizontal axis of a chart of points, in pixels. */
export interface PointAxis {
  readonly left: number;
  readonly right: number;
  readonly points: number;
  /** Points have a width, as bars do: the first begins at the left edge. Else the first lies on it. */
  readonly wide: boolean;
}

/** The point that is nearest to a pixel. */
export function pointAt({ left, right, points, wide }: PointAxis, pixel: number): number {
  const part = (pixel - left) / Math.max(1, right - left);
  const at = wide ? Math.floor(part * points) : Math.round(part * (points - 1));
  return Math.min(Math.max(at, 0), points - 1);
}

/** Where a stretch of points is drawn: from its left edge, so wide. */
export function placeOf(axis: PointAxis, brush: Brush): { left: number; width: number } {
  const { left, right, points, wide } = axis;
  const step = (right - left) / Math.max(1, wide ? points : points - 1);
  const [first, last] = pointsOf(brush);
  const width = wide ? (last - first + 1) * step : Math.max(2, (last - first) * step);
  return { left: left + first * step, width };
}
