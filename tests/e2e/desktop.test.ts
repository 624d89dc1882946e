import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAgain, startDesktop } from '../support/desktop.ts';
import { serve } from '../support/gatehouse.ts';
import {
  generateToken,
  makeDemoOrganisation,
  openTab,
  requestEmployees,
  revoke,
  seeInLogs,
} from '../support/main-job.ts';

/** The built desktop app: the same console in its own window, and what that window may not do. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-desktop-'));
let app: ElectronApplication;
let page: Page;
let child: ReturnType<ElectronApplication['process']>;
let complaints = '';

beforeAll(async () => {
  app = await startDesktop(folder);
  child = app.process();
  child.stderr?.on('data', (text: Buffer) => {
    complaints += text.toString();
  });
  page = await app.firstWindow();
});

afterAll(async () => {
  if (child?.exitCode === null) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function gatewayAddress(): Promise<string> {
  const pill = page.getByRole('button', { name: /^Gateway running/ });
  await pill.waitFor();
  return `http://${/127\.0\.0\.1:\d+/.exec((await pill.textContent()) ?? '')?.[0]}`;
}

describe('the main job', () => {
  const name = 'Kiosk Display';

  test('a token made in the window works at the gateway that started with it, until it is revoked', async () => {
    await makeDemoOrganisation(page);
    const secret = await generateToken(page, name);
    const gateway = await gatewayAddress();
    expect((await requestEmployees(gateway, secret)).status).toBe(200);
    await seeInLogs(page, name, '200');
    await revoke(page, name);
    expect((await requestEmployees(gateway, secret)).status).toBe(401);
  });

  test('a reloaded page is served as the first was', async () => {
    await page.reload();
    await openTab(page, 'API Tokens');
    await page.getByRole('button', { name, exact: true }).waitFor();
  });
});

test('a second start shows the first one, and ends', async () => {
  const shown = app.evaluate(
    ({ app }) => new Promise<void>((done) => app.once('second-instance', () => done())),
  );
  expect(await startAgain(folder)).toBe(0);
  await shown;
});

describe('the window', () => {
  test('has a sandbox, an isolated preload and no Node', async () => {
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      // Not in Electron's types, but there: what the page was really made with.
      const contents = window?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
      return contents.getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
    });
    expect(preferences.webviewTag ?? false).toBe(false);
  });

  test('hands the page one port, and nothing of Node or Electron', async () => {
    const seen = await page.evaluate(() => ({
      require: typeof (globalThis as Record<string, unknown>).require,
      process: typeof (globalThis as Record<string, unknown>).process,
      handed: Object.keys(window.gatehouse ?? {}),
      port: Object.keys(window.gatehouse?.port ?? {}).sort(),
    }));
    expect(seen).toEqual({
      require: 'undefined',
      process: 'undefined',
      handed: ['port'],
      port: ['onMessage', 'postMessage', 'start'],
    });
  });

  test('shows only what came with it: no inline script, no other host', async () => {
    const blocked = await page.evaluate(async () => {
      const violated = new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
      });
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.body.append(script);
      return { directive: await violated, ran: 'injected' in window };
    });
    expect(blocked).toEqual({ directive: 'script-src-elem', ran: false });
    const fetched = await page.evaluate(() => fetch('https://example.org/').then(String, () => 'refused'));
    expect(fetched).toBe('refused');
  });

  test('stays on the console, and opens no other window', async () => {
    const before = page.url();
    // Awaited before the page navigates: the listener is there by then, and what it hears is waited for below.
    const tried = await app.evaluateHandle(({ BrowserWindow }) => ({
      prevented: new Promise<boolean>((resolve) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        contents?.on('will-navigate', (event) => resolve(event.defaultPrevented));
      }),
    }));
    await page.evaluate(() => {
      window.location.href = 'https://example.org/';
    });
    expect(await tried.evaluate(({ prevented }) => prevented)).toBe(true);
    expect(page.url()).toBe(before);

    await page.evaluate(() => {
      window.open('https://example.org/');
    });
    await page.getByRole('heading', { level: 1, name: 'API Tokens' }).waitFor();
    const windows = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
    expect(windows).toBe(1);
  });

  test('is refused every permission but writing to the clipboard', async () => {
    const states = await page.evaluate(async () => {
      const names = ['geolocation', 'notifications', 'camera', 'microphone'] as PermissionName[];
      return Promise.all(names.map(async (name) => (await navigator.permissions.query({ name })).state));
    });
    expect(states).toEqual(['denied', 'denied', 'denied', 'denied']);
  });
});

describe('app://console', () => {
  test.each([
    '/..%2f..%2fpackage.json',
    '/%2e%2e%2f%2e%2e%2fpackage.json',
    '/assets/..%5c..%5c..%5cpackage.json',
    '/../main/index.js',
    '/..%2fmain/index.js',
    '/%00index.html',
    '/%ff',
    '/assets',
    '/nothing.js',
  ])('answers %s with 404', async (path) => {
    const status = await page.evaluate((path) => fetch(path).then((response) => response.status), path);
    expect(status).toBe(404);
  });
});

describe('the port', () => {
  test("refuses another window's page, even one with the same preload", async () => {
    const refused = complaints.split('was refused').length;
    await app.evaluate(async ({ BrowserWindow }) => {
      const [ours] = BrowserWindow.getAllWindows();
      const contents = ours?.webContents as unknown as { getLastWebPreferences(): Electron.WebPreferences };
      const { preload } = contents.getLastWebPreferences();
      const other = new BrowserWindow({ show: false, webPreferences: { preload: preload ?? '' } });
      await other.loadURL('app://console/index.html');
    });
    const other = app.windows().find((each) => each !== page);
    await expect
      .poll(() => complaints.split('was refused').length, { timeout: 20_000 })
      .toBeGreaterThan(refused);
    // It was not served: nothing of the instance reached it.
    expect(await other?.getByText('Kiosk Display').count()).toBe(0);
    await app.evaluate(({ BrowserWindow }) => {
      for (const each of BrowserWindow.getAllWindows()) if (!each.isVisible()) each.destroy();
    });
    await openTab(page, 'API Tokens');
  });

  test('refuses a message from a frame that is not the console', async () => {
    const refused = complaints.split('evil.example was refused').length;
    await app.evaluate(({ BrowserWindow, ipcMain }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      const event = { sender: contents, senderFrame: { url: 'https://evil.example' } };
      ipcMain.emit('gatehouse:port', event, { type: 'start' });
    });
    await expect.poll(() => complaints.split('evil.example was refused').length).toBe(refused + 1);
  });
});

describe('closing', () => {
  const PLACE = { x: 80, y: 60, width: 1100, height: 760 };
  const answerWith = (response: number) =>
    app.evaluate(({ dialog }, response) => {
      const asked: string[] = [];
      (globalThis as Record<string, unknown>).asked = asked;
      const answer = async (...args: unknown[]) => {
        asked.push((args.at(-1) as { message: string }).message);
        return { response, checkboxChecked: false };
      };
      dialog.showMessageBox = answer as typeof dialog.showMessageBox;
    }, response);
  const closeWindow = () =>
    app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.close();
    });

  test('asks while the gateway runs; Cancel keeps everything', async () => {
    await answerWith(1);
    await closeWindow();
    await expect
      .poll(() => app.evaluate(() => (globalThis as Record<string, unknown>).asked))
      .toEqual(['Stop the gateway and quit?']);
    await openTab(page, 'Rate Limits');
    expect((await requestEmployees(await gatewayAddress(), 'shf_none')).status).toBe(401);
  });

  test('on consent drains the gateway, and ends', async () => {
    const gateway = await gatewayAddress();
    await answerWith(0);
    const exited = once(child, 'exit');
    await app.evaluate(
      ({ BrowserWindow }, place) => BrowserWindow.getAllWindows()[0]?.setBounds(place),
      PLACE,
    );
    await closeWindow();
    expect((await exited)[0]).toBe(0);
    await expect(fetch(gateway)).rejects.toThrow();
    expect(existsSync(join(folder, 'instance.db'))).toBe(true);
  });

  test('and it opens again on the same instance, where its window was', async () => {
    app = await startDesktop(folder);
    child = app.process();
    page = await app.firstWindow();
    await openTab(page, 'API Tokens');
    await page.getByRole('button', { name: 'Kiosk Display', exact: true }).waitFor();
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())).toEqual(
      PLACE,
    );
  });
});

test('beside a gateway that runs elsewhere, the app administers that one, and is ended by a signal', async () => {
  const apart = mkdtempSync(join(tmpdir(), 'gatehouse-elsewhere-'));
  const serving = await serve(join(apart, 'instance.db'), '--demo');
  const second = await startDesktop(apart);
  const window = await second.firstWindow();
  const pill = window.getByRole('button', { name: /^Gateway elsewhere/ });
  await pill.waitFor();
  expect(await pill.textContent()).toContain(serving.gateway.replace('http://', ''));
  await openTab(window, 'API Tokens');
  const secret = await generateToken(window, 'Made beside it');
  expect((await requestEmployees(serving.gateway, secret)).status).toBe(200);
  await revoke(window, 'Made beside it');
  expect((await requestEmployees(serving.gateway, secret)).status).toBe(401);
  const exited = once(second.process(), 'exit');
  second.process().kill('SIGTERM');
  expect((await exited)[0]).toBe(0);
  expect(await serving.end('SIGTERM')).toBe(0);
  rmSync(apart, { recursive: true, force: true });
});
