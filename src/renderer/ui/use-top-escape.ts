import { useEffect, useRef } from 'react';

const closers: { current: () => void }[] = [];

// Mantine's dialogs all listen on the window, and all would close. This comes before them: it is there since this
// file was loaded, which is before a dialog that holds another one is drawn.
window.addEventListener(
  'keydown',
  (event) => {
    const top = closers.at(-1);
    if (event.key !== 'Escape' || event.isComposing || top === undefined) return;
    // The list of an open select is above the dialog that it is in. Mantine marks it for its own dialogs.
    if (event.target instanceof Element && event.target.hasAttribute('data-mantine-stop-propagation')) return;
    event.stopImmediatePropagation();
    top.current();
  },
  { capture: true },
);

/** While `opened`, Escape closes this dialog alone, and not the ones that it was opened from. */
export function useTopEscape(opened: boolean, close: () => void): void {
  const latest = useRef(close);
  useEffect(() => {
    latest.current = close;
  });
  useEffect(() => {
    if (!opened) return;
    closers.push(latest);
    return () => {
      closers.splice(closers.indexOf(latest), 1);
    };
  }, [opened]);
}
