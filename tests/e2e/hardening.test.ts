import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import fc from 'fast-check';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONSOLE_POLICY } from '../../src/base/console-policy.ts';
import { realElectron, startDesktop } from '../support/desktop.ts';
import { hostileAddress } from '../support/hostile-addresses.ts';

/** What the built main process does not let a page do, whatever the page tries. docs/hardening.md names each. */
const project = join(import.meta.dirname, '../..');
const built = join(project, 'out');
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-hardening-'));
let app: ElectronApplication;
let page: Page;
let child: ReturnType<ElectronApplication['process']>;

beforeAll(async () => {
  app = await startDesktop(folder);
  child = app.process();
  page = await app.firstWindow();
  await page.getByRole('heading', { name: 'Welcome to Gatehouse' }).waitFor();
});

afterAll(() => {
  if (child?.exitCode === null) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const filesUnder = (at: string): string[] =>
  readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Answers of the built protocol handler to `urls`, past Chromium, which would tidy them up first. */
const answersTo = (urls: string[]) =>
  app.evaluate(async ({ session }, urls) => {
    const { createHash } = process.getBuiltinModule('node:crypto');
    const answers: { status: number; type: string; headers: string[]; hash: string }[] = [];
    for (const url of urls) {
      const response = await session.defaultSession.fetch(url);
      const body = new Uint8Array(await response.arrayBuffer());
      answers.push({
        status: response.status,
        type: response.headers.get('content-type') ?? '',
        headers: ['content-security-policy', 'x-content-type-options', 'cache-control'].map(
          (name) => response.headers.get(name) ?? '',
        ),
        hash: createHash('sha256').update(body).digest('hex'),
      });
    }
    return answers;
  }, urls);

describe('app://console', () => {
  const HEADERS = [CONSOLE_POLICY, 'nosniff', 'no-store'];
  const TYPES: Record<string, string> = {
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.css': 'text/css; charset=utf-8',
    '.woff2': 'font/woff2',
    '.woff': 'font/woff',
    '.svg': 'image/svg+xml',
    '.png': 'image/png',
  };

  test('serves every file that was built for the page, whole, with its type and the policy', async () => {
    const root = join(built, 'renderer');
    const files = filesUnder(root);
    const answers = await answersTo(files.map((file) => `app://console${file.slice(root.length)}`));
    expect(answers).toEqual(
      files.map((file) => ({
        status: 200,
        type: TYPES[extname(file)],
        headers: HEADERS,
        hash: sha256(readFileSync(file)),
      })),
    );
    expect(files.length).toBeGreaterThan(10);
  });

  test.each([
    ['a file that is not there', 'app://console/nothing.js'],
    ['a file as a folder', 'app://console/index.html/'],
    ['a file within a file', 'app://console/index.html/x.js'],
    ['a name longer than any', `app://console/${'long'.repeat(2000)}.js`],
    ['another host', 'app://elsewhere/index.html'],
    ['another port', 'app://console:8080/index.html'],
    ["the main process's own file", 'app://console/..%2fmain%2findex.js'],
  ])('answers 404 for %s, under the same policy', async (_what, url) => {
    const [answer] = await answersTo([url]);
    expect(answer).toMatchObject({ status: 404, headers: HEADERS });
  });

  test('takes no other method than GET and HEAD', async () => {
    const statuses = await app.evaluate(async ({ session }) => {
      const asked = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'].map((method) =>
        session.defaultSession.fetch('app://console/index.html', { method }),
      );
      return (await Promise.all(asked)).map(({ status }) => status);
    });
    expect(statuses).toEqual([200, 200, 404, 404, 404, 404]);
  });

  test('100,000 hostile addresses: not one file outside the page is opened', async () => {
    const seed = Date.now() % 2 ** 31;
    const urls = fc.sample(hostileAddress, { numRuns: 100_000, seed });
    // Every file that main opens is noted, also one that is not there: an escape shows before it finds anything.
    const { opened, served, failed } = await app.evaluate(async ({ session }, urls) => {
      const promises = process.getBuiltinModule('node:fs/promises');
      const { syncBuiltinESMExports } = process.getBuiltinModule('node:module');
      const readFile = promises.readFile;
      const opened = new Set<string>();
      const failed: string[] = [];
      let served = 0;
      promises.readFile = ((path: string) => {
        opened.add(String(path));
        return readFile(path);
      }) as typeof readFile;
      syncBuiltinESMExports();
      try {
        for (const url of urls) {
          const status = await session.defaultSession.fetch(url).then((answer) => answer.status, String);
          if (status === 200) served++;
          else if (status !== 404) failed.push(`${url}: ${status}`);
        }
      } finally {
        promises.readFile = readFile;
        syncBuiltinESMExports();
      }
      return { opened: [...opened], served, failed };
    }, urls);
    const root = join(built, 'renderer/');
    expect(
      opened.filter((path) => !path.startsWith(root)),
      `seed ${seed}`,
    ).toEqual([]);
    // The addresses are no mere noise: they reach the file system, and some the page's own files.
    expect(opened.length).toBeGreaterThan(1_000);
    expect(served).toBeGreaterThan(10);
    expect(failed).toEqual([]);
  });
});

/** The console's own page is still there, and answers. */
const stillTheConsole = async () => {
  await page.getByRole('heading', { name: 'Welcome to Gatehouse' }).waitFor();
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
};

const ELSEWHERE = [
  'https://example.org/',
  'http://127.0.0.1:9/',
  'file:///etc/passwd',
  'data:text/html,<h1>here</h1>',
  'app://elsewhere/index.html',
  'app://console.example.org/index.html',
];

describe('a page', () => {
  test('cannot go anywhere else: by script, by link, by form, by refresh', async () => {
    await app.evaluate(({ BrowserWindow }) => {
      const gone: string[] = [];
      Object.assign(globalThis, { gone });
      BrowserWindow.getAllWindows()[0]?.webContents.on('did-navigate', (_event, url) => gone.push(url));
    });
    for (const url of ELSEWHERE)
      await page.evaluate((url) => {
        const link = document.createElement('a');
        link.href = url;
        document.body.append(link);
        link.click();
        link.remove();
        const form = document.createElement('form');
        form.action = url;
        document.body.append(form);
        form.submit();
        form.remove();
        window.location.assign(url);
      }, url);
    await stillTheConsole();
    expect(await app.evaluate(() => (globalThis as Record<string, unknown>).gone)).toEqual([]);
  });

  test.each(ELSEWHERE)('is told no by every handler when it would go to %s', async (url) => {
    const prevented = await app.evaluate(({ BrowserWindow }, url) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as NodeJS.EventEmitter;
      return ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'].map((name) => {
        let prevented = false;
        contents.emit(name, {
          url,
          preventDefault: () => {
            prevented = true;
          },
        });
        return prevented;
      });
    }, url);
    expect(prevented).toEqual([true, true, true, true]);
  });

  test('cannot embed another, as a frame or as a webview', async () => {
    const embedded = await page.evaluate(async (urls) => {
      const blocked = new Set<string>();
      const all = new Promise<void>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => {
          blocked.add(event.effectiveDirective);
          if (blocked.size === 2) resolve();
        });
      });
      for (const name of ['iframe', 'object', 'embed', 'webview'])
        for (const url of urls) {
          const element = document.createElement(name);
          element.setAttribute(name === 'object' ? 'data' : 'src', url);
          document.body.append(element);
        }
      await all;
      return {
        blocked: [...blocked].sort(),
        webview: 'getWebContentsId' in document.createElement('webview'),
      };
    }, ELSEWHERE);
    expect(embedded).toEqual({ blocked: ['frame-src', 'object-src'], webview: false });
    for (const frame of page.frames().slice(1)) expect(frame.url()).toMatch(/^(about:|chrome-error:|$)/);
    await page.reload();
    await stillTheConsole();
  });

  test('opens no window, and hands no address to the system', async () => {
    const addresses = [
      ...ELSEWHERE,
      'app://console/index.html',
      'mailto:a@example.org',
      'smb://host/share',
      '',
    ];
    // The handler of a page that is made now: asking it opens nothing, whatever it answers.
    const asked = await app.evaluate(({ BrowserWindow, shell }, addresses) => {
      type Handler = (details: object) => { action: string };
      type Contents = { setWindowOpenHandler(this: unknown, handler: Handler): void };
      const contents = Object.getPrototypeOf(BrowserWindow.getAllWindows()[0]?.webContents) as Contents;
      const { setWindowOpenHandler } = contents;
      const { openExternal } = shell;
      const handlers: Handler[] = [];
      const handed: string[] = [];
      contents.setWindowOpenHandler = function (handler) {
        handlers.push(handler);
        setWindowOpenHandler.call(this, handler);
      };
      shell.openExternal = async (url) => void handed.push(url);
      new BrowserWindow({ show: false }).destroy();
      const actions = addresses.map((url) =>
        handlers.at(-1)?.({ url, frameName: '', disposition: 'new-window' }),
      );
      contents.setWindowOpenHandler = setWindowOpenHandler;
      shell.openExternal = openExternal;
      return { actions, handed };
    }, addresses);
    expect(asked).toEqual({ actions: addresses.map(() => ({ action: 'deny' })), handed: [] });
    // Nor in any other way: nothing that was built knows how.
    for (const file of filesUnder(join(built, 'main')))
      expect(readFileSync(file, 'utf8'), file).not.toMatch(/openExternal|openPath/);
    await stillTheConsole();
  });

  test('is not left for a file, a link or a text that is dropped on it', async () => {
    const input = await page.context().newCDPSession(page);
    const drops = [
      { items: [], files: ['/etc/passwd'] },
      { items: [{ mimeType: 'text/uri-list', data: 'https://example.org/' }], files: [] },
      { items: [{ mimeType: 'text/plain', data: 'https://example.org/' }], files: [] },
    ];
    for (const { items, files } of drops)
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
        await input.send('Input.dispatchDragEvent', {
          type,
          x: 300,
          y: 300,
          data: { items, files, dragOperationsMask: 1 },
        });
    await input.detach();
    await stillTheConsole();
  });

  test('that another part of the app opens has the same guards', async () => {
    const prevented = await app.evaluate(({ BrowserWindow }) => {
      const other = new BrowserWindow({ show: false });
      let prevented = 0;
      const event = { url: 'https://example.org/', preventDefault: () => prevented++ };
      const contents = other.webContents as unknown as NodeJS.EventEmitter;
      for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])
        contents.emit(name, event);
      other.destroy();
      return prevented;
    });
    expect(prevented).toBe(4);
  });

  test('is made without Node, with isolation, a sandbox and no experiment, and nothing else', async () => {
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      return contents.getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      navigateOnDragDrop: false,
    });
    for (const name of [
      'allowRunningInsecureContent',
      'webviewTag',
      'experimentalFeatures',
      'plugins',
      'enableBlinkFeatures',
    ])
      expect(preferences[name] || false, name).toBe(false);
  });
});

describe('permissions', () => {
  /** What the two handlers of the built app say, without a page between. */
  const answers = (url: string, isMainFrame: boolean) =>
    app.evaluate(
      async ({ session }, { url, isMainFrame }) => {
        const names = [
          'clipboard-read',
          'clipboard-sanitized-write',
          'display-capture',
          'fullscreen',
          'geolocation',
          'hid',
          'idle-detection',
          'keyboardLock',
          'media',
          'mediaKeySystem',
          'midi',
          'midiSysex',
          'notifications',
          'openExternal',
          'pointerLock',
          'serial',
          'speaker-selection',
          'storage-access',
          'usb',
          'window-management',
          'a permission of a later version',
        ];
        const handlers = session.defaultSession as unknown as {
          permissionHandlers(): {
            check(contents: object | null, name: string, origin: string, details: object): boolean;
            request(contents: object, name: string, answer: (yes: boolean) => void, details: object): void;
          };
        };
        const { check, request } = handlers.permissionHandlers();
        const contents = { getURL: () => url };
        const details = { requestingUrl: url, isMainFrame };
        const granted = { checked: [] as string[], requested: [] as string[], fromNobody: [] as string[] };
        for (const name of names) {
          if (check(contents, name, url, details)) granted.checked.push(name);
          if (check(null, name, url, details)) granted.fromNobody.push(name);
          request(contents, name, (yes) => yes && granted.requested.push(name), details);
        }
        return granted;
      },
      { url, isMainFrame },
    );
  const onlyTheClipboard = ['clipboard-sanitized-write'];

  test.skipIf(realElectron)('the console may write to the clipboard, and nothing else', async () => {
    expect(await answers('app://console/index.html', true)).toEqual({
      checked: onlyTheClipboard,
      requested: onlyTheClipboard,
      fromNobody: [],
    });
  });

  test.skipIf(realElectron).each([
    ['a frame within it', 'app://console/index.html', false],
    ['another origin', 'https://example.org/', true],
    ['a name that begins like it', 'app://console.example.org/', true],
  ])('%s may nothing', async (_who, url, isMainFrame) => {
    expect(await answers(url, isMainFrame)).toEqual({ checked: [], requested: [], fromNobody: [] });
  });
});

describe('the port', () => {
  test('is the only way in: one channel to listen on, none to ask', async () => {
    const channels = await app.evaluate(({ ipcMain }) => ipcMain.eventNames().map(String));
    expect(channels.filter((name) => !name.startsWith('-'))).toEqual(['gatehouse:port']);
    const main = readFileSync(join(built, 'main/index.js'), 'utf8');
    expect(main).not.toMatch(/ipcMain\s*\.\s*(handle|handleOnce)\b/);
    const preload = readFileSync(join(built, 'preload/index.cjs'), 'utf8');
    expect(preload.match(/exposeInMainWorld/g)).toHaveLength(1);
    expect(preload.match(/require\([^)]*\)/g)).toEqual(['require("electron")']);
  });

  /** Sends `message` on the port as `sender` would; whether main refused it by its sender. */
  const refuses = (sender: string, message: unknown) =>
    app.evaluate(
      ({ BrowserWindow, ipcMain }, { sender, message }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        const own = contents?.mainFrame;
        const senders: Record<string, object> = {
          'the page itself': { sender: contents, senderFrame: own },
          'a frame that is gone': { sender: contents, senderFrame: null },
          'a frame within the page': {
            sender: contents,
            senderFrame: { url: 'app://console/index.html', parent: own },
          },
          'a frame of another origin': { sender: contents, senderFrame: { url: 'https://evil.example/' } },
          "another window's page": { sender: {}, senderFrame: own },
          'nobody at all': { sender: undefined, senderFrame: undefined },
        };
        const refused: string[] = [];
        const complain = console.error;
        console.error = (text: string) => void refused.push(text);
        ipcMain.emit('gatehouse:port', senders[sender], message);
        console.error = complain;
        return refused.some((text) => text.includes('was refused'));
      },
      { sender, message },
    );

  const MESSAGES = [{ type: 'start' }, { type: 'message', data: 'x' }, null, 'start', { type: 'other' }];

  test.each([
    'a frame that is gone',
    'a frame within the page',
    'a frame of another origin',
    "another window's page",
    'nobody at all',
  ])('refuses every message of %s', async (sender) => {
    for (const message of MESSAGES) expect(await refuses(sender, message)).toBe(true);
  });

  test('does not refuse the page itself, whatever nonsense it says, and serves it afterwards', async () => {
    const nonsense: unknown[] = [
      ...MESSAGES,
      7,
      [],
      { type: 'message' },
      { type: 'message', data: { i: 'x', t: 99 } },
    ];
    for (const data of ['{', '[]', '{"i":1}', 'null', '\0', { __proto__: null }, new Array(3).fill('{}')])
      nonsense.push({ type: 'message', data });
    for (const message of nonsense) expect(await refuses('the page itself', message)).toBe(false);
    expect(child.exitCode).toBeNull();
    await page.reload();
    await stillTheConsole();
  });
});
