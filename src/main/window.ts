import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, nativeTheme, screen } from 'electron';
import { CONSOLE_URL } from './console-protocol.ts';
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
  window.once('ready-to-show', () => {
    // It would show the window at once, so not before.
    if (kept?.maximized) window.maximize();
    window.show();
  });
  void window.loadURL(CONSOLE_URL);
  return window;
}
