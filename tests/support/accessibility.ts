import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/**
 * What axe finds in the page as it is, of its two gravest kinds. The page's context must have been made by hand.
 * @param within a CSS selector of the part that is looked at; default: all
 */
export async function seriousFaults(page: Page, within = 'html') {
  await atRest(page);
  const { violations } = await new AxeBuilder({ page }).include(within).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => ({ id, at: nodes.map(({ target }) => target.join(' ')) }));
}

/** Waits until nothing fades or moves any more: half faded in, a dialog has too little contrast. */
const atRest = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const running = () =>
      document
        .getAnimations()
        .filter(({ effect }) =>
          Number.isFinite(effect?.getComputedTiming().endTime ?? Number.POSITIVE_INFINITY),
        );
    // What was drawn just now begins to fade in with the next frames.
    do {
      await frame();
      await frame();
      await Promise.allSettled(running().map((animation) => animation.finished));
    } while (running().some(({ playState }) => playState === 'running'));
  });
