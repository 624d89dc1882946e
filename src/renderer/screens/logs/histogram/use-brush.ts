import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { type Bar, barAt, moved, type Selection, spanOf } from './scale.ts';

/** A press that moves less, in CSS pixels, is a click. */
const CLICK = 4;

/** Choosing a stretch of bars by mouse or keyboard, and what is pointed at. */
export function useBrush(bars: readonly Bar[], onZoom: (from: Date, to: Date) => void) {
  const [hovered, setHovered] = useState<number | null>(null);
  const [selection, setSelection] = useState<Selection | null>(null);
  const [dragging, setDragging] = useState(false);
  const pressedAt = useRef<number | null>(null);

  const zoom = (chosen: Selection) => {
    setSelection(null);
    const span = spanOf(bars, chosen);
    // All of them is where we are.
    if (span !== null && Math.abs(chosen.anchor - chosen.head) + 1 < bars.length) onZoom(span.from, span.to);
  };
  const barUnder = ({ clientX, currentTarget }: PointerEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    return barAt(bars, (clientX - left) / width);
  };
  const release = () => {
    pressedAt.current = null;
    setDragging(false);
  };
  /** Where the keyboard begins: at the newest. */
  const place = selection ?? { anchor: bars.length - 1, head: bars.length - 1 };

  const handlers = {
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0 || bars.length === 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      pressedAt.current = event.clientX;
      const bar = barUnder(event);
      setSelection({ anchor: bar, head: bar });
    },
    onPointerMove: (event: PointerEvent) => {
      const bar = barUnder(event);
      setHovered(bar === -1 ? null : bar);
      if (pressedAt.current === null) return;
      if (Math.abs(event.clientX - pressedAt.current) >= CLICK) setDragging(true);
      setSelection((now) => now && { ...now, head: bar });
    },
    onPointerUp: () => {
      if (pressedAt.current !== null && selection !== null) zoom(selection);
      release();
    },
    onPointerCancel: () => {
      release();
      setSelection(null);
    },
    onPointerLeave: () => setHovered(null),
    onBlur: () => setSelection(null),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || bars.length === 0) return;
      if (event.key === 'Enter' && selection !== null) zoom(selection);
      else if (event.key === 'Escape' && selection !== null) setSelection(null);
      else {
        const next = moved(place, event.key, event.shiftKey, bars.length);
        if (next === null) return;
        setSelection(next);
      }
      event.preventDefault();
    },
  };
  return { selection, place, shown: dragging ? null : (hovered ?? selection?.head ?? null), handlers };
}
