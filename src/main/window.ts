import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, nativeTheme, type Session, screen, shell } from 'electron';
import { CONSOLE_URL, isConsolePage } from './console-protocol.ts';
import { reachable, readPlace, writePlace } from './window-place.ts';

const preload = join(fileURLToPath(new URL('../preload', import.meta.url)), 'index.cjs');

/** What the console's page may do: be a page. No Node, no Electron, an isolated preload, Chromium's sandbox. */
export const PAGE_PREFERENCES = {
  preload,
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
} as const;

/** Pages that may be opened in the user's browser. */
const EXTERNAL = new Set(['https://www.rfc-editor.org', 'https://spec.openapis.org']);

const placeFile = () => join(app.getPath('userData'), 'window.json');

/** Keeps where `window` is, for the next start. */
export const keepPlace = (window: BrowserWindow): void =>
  writePlace(placeFile(), { ...window.getNormalBounds(), maximized: window.isMaximized() });

export function openWindow(): BrowserWindow {
  const kept = readPlace(placeFile());
  const screens = screen.getAllDisplays().map(({ workArea }) => workArea);
  const window = new BrowserWindow({
    title: 'Gatehouse',
    width: 1280,
    height: 860,
    ...(kept ? reachable(kept, screens) : {}),
    minWidth: 800,
    minHeight: 560,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181d' : '#ffffff',
    webPreferences: PAGE_PREFERENCES,
  });
  const { webContents } = window;
  webContents.setWindowOpenHandler(({ url }) => {
    if (URL.canParse(url) && EXTERNAL.has(new URL(url).origin)) void shell.openExternal(url);
    return { action: 'deny' };
  });
  const stay = (event: { preventDefault(): void }, url: string) => {
    if (!isConsolePage(url)) event.preventDefault();
  };
  webContents.on('will-navigate', (event) => stay(event, event.url));
  webContents.on('will-redirect', (event) => stay(event, event.url));
  webContents.on('will-attach-webview', (event) => event.preventDefault());
  window.once('ready-to-show', () => {
    // It would show the window at once, so not before.
    if (kept?.maximized) window.maximize();
    window.show();
  });
  void window.loadURL(CONSOLE_URL);
  return window;
}

/** Nothing the console needs asks for a permission, but for writing to the clipboard on a click. */
export function denyPermissions(session: Session): void {
  const allowed = (permission: string, url: string) =>
    permission === 'clipboard-sanitized-write' && isConsolePage(url);
  session.setPermissionRequestHandler((contents, permission, answer) =>
    answer(allowed(permission, contents.getURL())),
  );
  session.setPermissionCheckHandler((contents, permission) =>
    contents === null ? false : allowed(permission, contents.getURL()),
  );
}
