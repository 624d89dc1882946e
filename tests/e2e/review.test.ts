import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exported, makeRecords, pack, writeManifest } from '../../src/features/logs/review/testing.ts';
import { seriousFaults } from '../support/accessibility.ts';
import { realElectron, startDesktop } from '../support/desktop.ts';
import { gatehouse } from '../support/gatehouse.ts';
import { button, openTab } from '../support/main-job.ts';

/** Exported files, and a web server's log, in the screens of an instance, in the desktop app and on the command line. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-review-'));
const records = makeRecords(3_000);
const bytes = exported(records, 'ndjson');
const whole = join(folder, 'payroll.ndjson.zst');
const cut = join(folder, 'cut.ndjson');
const access = join(folder, 'access.log');
writeFileSync(whole, pack(bytes, 'zstd'));
writeManifest(whole, bytes, records.length);
writeFileSync(cut, bytes.subarray(0, bytes.length - 100));
writeManifest(cut, bytes, records.length);
writeFileSync(
  access,
  [
    '203.0.113.9 - ada [24/Oct/2026:22:00:00 +0000] "GET /index.html HTTP/1.1" 200 512 "-" "curl/8.5.0"',
    'this is no line of an access log',
    '203.0.113.9 - - [24/Oct/2026:22:00:01 +0000] "GET /missing HTTP/1.1" 404 12 "-" "curl/8.5.0"',
    '',
  ].join('\n'),
);

let app: ElectronApplication;
let page: Page;

beforeAll(async () => {
  app = await startDesktop(folder, { given: false });
  page = await app.firstWindow();
  await button(page, 'Start empty').click();
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
});

afterAll(async () => {
  const child = app?.process();
  if (child?.exitCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Picks files in the system's dialog. */
async function open(...files: string[]): Promise<void> {
  await app.evaluate(({ dialog }, filePaths) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths });
  }, files);
  await button(page, 'Open export…').click();
  await button(page, 'Close the files').waitFor();
}

const banner = () => page.getByRole('region', { name: 'Opened files' });
const grid = () => page.getByRole('grid');
const filter = async (query: string) => {
  const box = page.getByRole('combobox', { name: 'Query' });
  await box.fill(query);
  await box.press('Enter');
};

describe('in the desktop app', () => {
  test('an export is opened from API Logs, compressed or not, and its manifest vouches for it', async () => {
    await openTab(page, 'API Logs');
    await open(whole);
    await banner().getByText('3,000 requests').waitFor();
    await banner().getByText('As its manifest says').waitFor();
    await grid().getByRole('row').nth(1).waitFor();
    const tabs = page.getByRole('navigation', { name: 'API Settings' }).getByRole('link');
    expect(await tabs.allTextContents()).toEqual(['Usage Analytics', 'API Logs']);
  });

  test('the same filters and the same detail are there', async () => {
    await filter('status:429 address:203.0.113.4');
    const wanted = records.filter(({ status, address }) => status === 429 && address === '203.0.113.4');
    await page.getByText(`${wanted.length} requests`, { exact: true }).first().waitFor();
    await grid().getByRole('row').nth(1).click();
    const drawer = page.getByRole('dialog', { name: 'Request' });
    await drawer
      .getByText(wanted.at(-1)?.requestId ?? '')
      .first()
      .waitFor();
    await drawer.getByRole('button', { name: 'Close', exact: true }).click();
  });

  test('usage is that of the files, and leads to their rows', async () => {
    await openTab(page, 'Usage Analytics');
    await page.getByText('3,000').first().waitFor();
    await page.getByText('GET /v1/shifts/{id}').first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  });

  test('what is damaged is told by its line, and what a manifest misses too', async () => {
    await openTab(page, 'API Logs');
    await open(cut, access);
    await banner().getByText('Not what its manifest says').waitFor();
    await button(page, '2 damaged lines').click();
    const files = page.getByRole('dialog', { name: 'Opened files' });
    await files.getByText('line 3000: not a JSON object; it is left out').waitFor();
    await files.getByText('2,999 of 3,000 requests are there').waitFor();
    await files.getByText('line 2: not a line of an access log; it is left out').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await filter('path:/missing');
    await grid().getByText('GET /missing').waitFor();
  });

  test('a file that is no log leaves the app as it is', async () => {
    const image = join(folder, 'image.png');
    writeFileSync(image, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]));
    await open(image);
    await button(page, '1 file with a problem').click();
    await page.getByText(/it is not a log that can be read here/).waitFor();
    await page.keyboard.press('Escape');
  });

  // Nobody can drop a file with a path on the real one from within.
  test.skipIf(realElectron)('files that are dropped on the window are opened, wherever in it', async () => {
    await page.evaluate(
      (paths) => {
        const dataTransfer = new DataTransfer();
        for (const path of paths) dataTransfer.items.add(new File(['x'], path));
        for (const type of ['dragenter', 'dragover'])
          document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
      },
      [access],
    );
    await page.getByText('Drop to open').waitFor();
    await page.evaluate(
      (paths) => {
        const dataTransfer = new DataTransfer();
        for (const path of paths) dataTransfer.items.add(new File(['x'], path));
        const drop = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
        document.body.dispatchEvent(drop);
        if (!drop.defaultPrevented) throw new Error('the page would go to the file');
      },
      [access],
    );
    await banner().getByText('access.log').waitFor();
    await banner().getByText('2 requests').waitFor();
  });

  test('closing the files leads back to the connection', async () => {
    await button(page, 'Close the files').click();
    await page.getByText('The log is empty').waitFor();
    await button(page, 'Connection: This computer').waitFor();
  });
});

describe('on the command line', () => {
  test('the rows of an expression, and problems by line; damage alone is no failure', async () => {
    const { stdout, stderr, code } = await gatehouse('review', access, 'status:404', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ path: '/missing', status: 404, requestId: '1-3-132' }]);
    expect(stderr).toBe(`${access}: line 2: not a line of an access log; it is left out\n`);
  });

  test('a file that its manifest does not vouch for exits with 1, and is shown all the same', async () => {
    const { stdout, stderr, code } = await gatehouse('review', cut, '--usage', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ total: 2_999 });
    expect(stderr).toMatch(/2999 of 3000 requests are there, 100 bytes missing/);
  });

  test('what is no log, or is not there, exits with 2', async () => {
    expect((await gatehouse('review', join(folder, 'payroll.ndjson.zst.manifest.json'))).code).toBe(2);
    const missing = await gatehouse('review', whole, 'acces.log');
    expect(missing).toMatchObject({ code: 2, stderr: 'gatehouse: there is no file acces.log\n' });
  });
});
