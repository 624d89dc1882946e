import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seriousFaults } from '../support/accessibility.ts';
import { startBrowser } from '../support/browser.ts';
import { type Serving, serve } from '../support/gatehouse.ts';
import { makeDemoOrganisation, openTab } from '../support/main-job.ts';

/** Usage Analytics in a browser, over the demo's traffic of the last minutes. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-usage-'));
let serving: Serving;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [serving, browser] = await Promise.all([serve(join(folder, 'instance.db')), startBrowser()]);
  const context = await browser.newContext({
    viewport: { width: 1024, height: 640 },
    timezoneId: 'Asia/Kathmandu',
  });
  page = await context.newPage();
  await page.goto(serving.signIn);
  await makeDemoOrganisation(page);
  await openTab(page, 'Usage Analytics');
});

afterAll(async () => {
  await browser?.close();
  await serving?.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

const figure = (name: string) => page.locator(`div:has(> dt:text-is("${name}")) dd`);
const total = async () => {
  const shown = await figure('Requests').locator('span').first().textContent();
  return Number(shown?.replaceAll(',', ''));
};
const panel = (name: string) => page.getByRole('region', { name, exact: true });

async function csvOf(title: string): Promise<Record<string, string>[]> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: `Download ${title} as CSV` }).click(),
  ]);
  return parse(readFileSync(await download.path(), 'utf8'), { columns: true }) as Record<string, string>[];
}

test('every figure of a chart is in its table and its file, and they are as many as the figures above', async () => {
  const requests = await total();
  expect(requests).toBeGreaterThan(100);
  const volume = await csvOf('Request volume');
  expect(volume.reduce((sum, row) => sum + Number(row.Requests), 0)).toBe(requests);
  const endpoints = await csvOf('Endpoints');
  expect(endpoints.reduce((sum, row) => sum + Number(row.Requests), 0)).toBe(requests);
  expect(endpoints.every((row) => Number(row['p50 (ms)']) <= Number(row['p99 (ms)']))).toBe(true);
  await panel('Response time').getByText('Table', { exact: true }).click();
  const rows = page.getByRole('table', { name: /^Response time per/ }).getByRole('row');
  expect(await rows.count()).toBe(volume.length + 1);
  await panel('Response time').getByText('Chart', { exact: true }).click();
});

test('compares with the period before, also after going back and forth', async () => {
  await page.getByRole('switch', { name: 'Compare' }).click();
  await figure('Requests').getByText('before: 0').waitFor();
  await page.getByText('compared with').waitFor();
  const volume = await csvOf('Request volume');
  expect(volume.every((row) => row['Requests in the period before'] === '0')).toBe(true);
  expect(await seriousFaults(page)).toEqual([]);
  await page.goBack();
  await page.getByText('compared with').waitFor({ state: 'detached' });
});

test('a stretch of a chart that is dragged over leads to exactly its requests', async () => {
  const requests = await total();
  const chart = panel('Request volume').locator('canvas');
  const { x, y, width, height } = (await chart.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  // What the gateway answers meanwhile is no part of it: nobody asks it anything.
  await page.mouse.move(x + 1, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width - 1, y + height / 2, { steps: 5 });
  await page.mouse.up();
  await page.getByRole('heading', { level: 1, name: 'API Logs' }).waitFor();
  await page.getByText(`${requests.toLocaleString('en')} requests`, { exact: true }).waitFor();
});
