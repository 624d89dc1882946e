import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/**
 * What axe finds in the page as it is, of its two gravest kinds. The page's context must have been made by hand.
 * @param within a CSS selector of the part that is looked at; default: all
 */
export async function seriousFaults(page: Page, within = 'html') {
  await settled(page);
  const { violations } = await new AxeBuilder({ page }).include(within).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => ({ id, at: nodes.map(({ target }) => target.join(' ')) }));
}

/** Waits until nothing fades or slides any more: half-faded text has a contrast that no user is left with. */
const settled = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const moving = () =>
      document.getAnimations().filter(({ effect, playState }) => {
        // What pulses while something loads never ends.
        const ends = effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY;
        return ends && playState === 'running';
      });
    // A dialog begins to fade in some frames after it is in the page.
    for (let still = 0; still < 5; still++) {
      await frame();
      const list = moving();
      if (list.length > 0) still = 0;
      // One that is cancelled has ended as well.
      await Promise.allSettled(list.map(({ finished }) => finished));
    }
  });
