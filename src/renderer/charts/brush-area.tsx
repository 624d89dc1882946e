import type { Chart } from 'chart.js';
import {
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import { type Brush, type PointAxis, placeOf, pointAt, pointsOf } from './brush.ts';
import { endOf, type TimePoints } from './chart-options.ts';
import classes from './charts.module.css';

/** A stretch of time was chosen: from the start of its first point to the end of its last. */
export type OnBrush = (from: Date, to: Date) => void;

/** A press that moves less, in CSS pixels, is a click. */
const CLICK = 4;

interface BrushAreaProps {
  chart: RefObject<Pick<Chart<'bar' | 'line'>, 'chartArea'> | null>;
  points: TimePoints;
  /** Points are drawn as bars are, beside each other. */
  wide: boolean;
  onBrush: OnBrush;
  children: ReactNode;
}

/**
 * A chart over time on which a stretch is chosen by dragging; Escape lets go of it. Whoever has no mouse has the same
 * times as links in the chart's table.
 */
export function BrushArea({ chart, points, wide, onBrush, children }: BrushAreaProps) {
  const pressed = useRef<{ x: number; point: number } | null>(null);
  const [brush, setBrush] = useState<Brush | null>(null);
  const letGo = useCallback(() => {
    pressed.current = null;
    setBrush(null);
  }, []);

  useEffect(() => {
    if (brush === null) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') letGo();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [brush, letGo]);

  const axis = (): PointAxis | null => {
    const area = chart.current?.chartArea;
    if (area === undefined || points.starts.length === 0) return null;
    return { left: area.left, right: area.right, points: points.starts.length, wide };
  };
  const pointUnder = ({ clientX, currentTarget }: PointerEvent): number | null => {
    const on = axis();
    return on && pointAt(on, clientX - currentTarget.getBoundingClientRect().left);
  };

  const handlers = {
    onPointerDown: (event: PointerEvent) => {
      const point = event.button === 0 ? pointUnder(event) : null;
      pressed.current = point === null ? null : { x: event.clientX, point };
    },
    onPointerMove: (event: PointerEvent) => {
      const from = pressed.current;
      const head = pointUnder(event);
      if (from === null || head === null) return;
      if (brush === null && Math.abs(event.clientX - from.x) < CLICK) return;
      // Only now, or a click would not reach the chart.
      event.currentTarget.setPointerCapture(event.pointerId);
      setBrush({ anchor: from.point, head });
    },
    onPointerUp: () => {
      if (brush !== null) {
        const [first, last] = pointsOf(brush);
        const from = points.starts[first];
        if (from !== undefined) onBrush(from, endOf(points, last));
      }
      letGo();
    },
    onPointerCancel: letGo,
  };
  const on = brush && axis();
  return (
    <div className={classes.brushArea} {...handlers}>
      {children}
      {on && brush && <div className={classes.brush} style={placeOf(on, brush)} aria-hidden />}
    </div>
  );
}
