/** For as long the dialog, whose way out has ended, may still be in the page. */
const FRAMES = 30;

/**
 * Gives the keyboard its place back where a closed dialog could not, since what had the focus before is gone: to
 * `place` where it is there, else to the screen.
 */
export function rescueFocus(place?: HTMLElement | null, frames = FRAMES): void {
  requestAnimationFrame(() => {
    const { activeElement, body } = document;
    const screen = document.querySelector('main');
    if (activeElement === null || activeElement === body || activeElement === screen)
      (place ?? screen)?.focus({ preventScroll: true });
    else if (frames > 0 && activeElement.closest('[role="dialog"]')) rescueFocus(place, frames - 1);
  });
}
