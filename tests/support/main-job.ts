import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

const PATIENCE_MS = 30_000;

/** The button, tab or field that a user sees by this name. */
export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const dialog = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name });

/** Presses Refresh until `shown` is there: what the gateway has just answered may be a second away. */
async function refreshUntil(page: Page, shown: Locator): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await shown.isVisible())) {
    if (Date.now() > deadline) throw new Error(`not shown: ${shown}`);
    await button(page, 'Refresh').click();
    await page.locator('main[aria-busy="false"]').waitFor();
  }
}

/** Goes to a tab by its name, and waits until its content has loaded. */
export async function openTab(page: Page, name: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'API Settings' })
    .getByRole('link', { name, exact: true })
    .click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await page.locator('main[aria-busy="false"]').waitFor();
}

/** From the welcome screen of an empty instance to its tokens, with demo traffic sent on the way. */
export async function makeDemoOrganisation(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Welcome to Gatehouse' }).waitFor();
  await button(page, 'Make the demo organisation').click();
  await page.getByRole('heading', { name: 'The demo organisation is ready' }).waitFor();
  await button(page, 'Send demo traffic').click();
  await page.getByText(/^\d+ requests sent$/).waitFor({ timeout: PATIENCE_MS });
  await button(page, 'Open API Tokens').click();
  await page.getByRole('heading', { level: 1, name: 'API Tokens' }).waitFor();
}

/** Generates a token for the first user that the picker offers, and leaves its secret's step as a user has to. */
export async function generateToken(page: Page, name: string): Promise<string> {
  await button(page, 'Generate New Token').first().click();
  const form = dialog(page, 'Generate New Token');
  await form.getByRole('textbox', { name: 'Token name' }).fill(name);
  await form.getByRole('combobox', { name: 'Associated user' }).click();
  await page.getByRole('option').first().click();
  await form.getByRole('radio', { name: 'Read-Only' }).click();
  await form.getByRole('button', { name: 'Generate Token' }).click();

  const once = dialog(page, 'Copy the token now');
  const secret = (await once.getByRole('status', { name: 'The token’s secret' }).textContent()) ?? '';
  expect(secret).toMatch(/^shf_[0-9A-Za-z]{49}$/);
  // It cannot be lost by a stray key.
  await page.keyboard.press('Escape');
  await once.getByRole('checkbox', { name: 'I have stored it' }).check();
  await once.getByRole('button', { name: 'Done' }).click();
  await dialog(page, name).waitFor();
  // Shown once: nothing in the page holds it any more.
  expect(await page.content()).not.toContain(secret);
  await page.keyboard.press('Escape');
  return secret;
}

/** What an API client gets with `secret`. */
export const requestEmployees = (gateway: string, secret: string): Promise<Response> =>
  fetch(`${gateway}/v1/employees?limit=1`, { headers: { authorization: `Bearer ${secret}` } });

/** The request is a row of the log, under the token's name. */
export async function seeInLogs(page: Page, name: string, status: string): Promise<void> {
  await openTab(page, 'API Logs');
  await refreshUntil(
    page,
    page.getByRole('row').filter({ hasText: name }).filter({ hasText: status }).first(),
  );
}

/** The token's own usage, by way of its details: the figure "Requests" becomes `count`. */
export async function seeInUsage(page: Page, name: string, count: string): Promise<void> {
  await openTab(page, 'API Tokens');
  await page.getByRole('button', { name, exact: true }).click();
  await dialog(page, name).getByRole('link', { name: 'Usage' }).click();
  await page.getByRole('heading', { level: 1, name: 'Usage Analytics' }).waitFor();
  await refreshUntil(
    page,
    page.locator('div:has(> dt:text-is("Requests")) dd').filter({ hasText: new RegExp(`^${count}`) }),
  );
}

/** Revokes by way of the row's menu, and its one confirmation. */
export async function revoke(page: Page, name: string): Promise<void> {
  await openTab(page, 'API Tokens');
  await button(page, `Actions for ${name}`).click();
  await page.getByRole('menuitem', { name: 'Revoke…' }).click();
  await dialog(page, `Revoke ${name}?`)
    .getByRole('button', { name: `Revoke ${name}` })
    .click();
  await page.getByText(`${name} is revoked`).waitFor();
}

/** Rotates by way of the token's details with the overlap that is preselected, and gives the new secret. */
export async function rotate(page: Page, name: string): Promise<string> {
  await openTab(page, 'API Tokens');
  await page.getByRole('button', { name, exact: true }).click();
  await dialog(page, name).getByRole('button', { name: 'Rotate' }).click();
  await dialog(page, `Rotate ${name}`).getByRole('button', { name: 'Rotate Token' }).click();
  const once = dialog(page, 'Copy the token now');
  const secret = (await once.getByRole('status', { name: 'The token’s secret' }).textContent()) ?? '';
  await once.getByRole('checkbox', { name: 'I have stored it' }).check();
  await once.getByRole('button', { name: 'Done' }).click();
  await once.waitFor({ state: 'hidden' });
  return secret;
}
