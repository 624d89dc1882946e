import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/**
 * What axe finds in the page as it is, of its two gravest kinds. The page's context must have been made by hand.
 * @param within a CSS selector of the part that is looked at; default: all
 */
export async function seriousFaults(page: Page, within = 'html') {
  const { violations } = await new AxeBuilder({ page }).include(within).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => ({ id, at: nodes.map(({ target }) => target.join(' ')) }));
}
