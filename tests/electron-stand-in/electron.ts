// What `import … from 'electron'` finds in the main process.
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installedChromium } from '../../scripts/browsers.mjs';
import type { App } from './app.ts';
import { Chromium, type Params } from './chromium.ts';
import { setChromium, watchTargets } from './windows.ts';

export { app } from './app.ts';
export { ipcMain } from './ipc.ts';
export { protocol, session } from './session.ts';
export { BrowserWindow, webContents } from './windows.ts';

/** Nobody can answer a dialog here: a test replaces these; left alone they answer what Escape would. */
export const dialog = {
  async showMessageBox(...args: Params[]) {
    const options = args.at(-1) ?? {};
    process.stderr.write(`stand-in: a message box: ${options.message}\n`);
    return { response: options.cancelId ?? 0, checkboxChecked: false };
  },
  async showOpenDialog() {
    return { canceled: true, filePaths: [] as string[] };
  },
  async showSaveDialog() {
    return { canceled: true, filePath: '' };
  },
  showErrorBox(title: string, content: string) {
    process.stderr.write(`stand-in: ${title}: ${content}\n`);
  },
};

export class Menu {
  static #application: Menu | null = null;
  readonly items: Params[];
  constructor(items: Params[] = []) {
    this.items = items;
  }
  static buildFromTemplate(template: Params[]): Menu {
    return new Menu(
      template.map((item) => ({
        ...item,
        ...(Array.isArray(item.submenu) ? { submenu: Menu.buildFromTemplate(item.submenu) } : {}),
      })),
    );
  }
  static setApplicationMenu(menu: Menu | null): void {
    Menu.#application = menu;
  }
  static getApplicationMenu(): Menu | null {
    return Menu.#application;
  }
}

export const shell = {
  async openExternal(url: string) {
    process.stderr.write(`stand-in: would open ${url}\n`);
  },
};

/** One screen, of the usual size. */
export const screen = {
  getAllDisplays: () => [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
};

export const nativeTheme = Object.assign(new EventEmitter(), {
  themeSource: 'system',
  shouldUseDarkColors: false,
});

/** The one that `npm run test:setup` gets where the system has none. */
async function fetchedChromium(): Promise<string> {
  const { chromium } = await import('playwright-core');
  const path = chromium.executablePath();
  if (!existsSync(path)) throw new Error('the stand-in needs a Chromium: npm run test:setup');
  return path;
}

/** Starts the browser with the switches that were gathered, before `ready`. */
export async function startChromium(of: App): Promise<void> {
  const display = process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  const executable = installedChromium() ?? (await fetchedChromium());
  const chromium = new Chromium(executable, [
    ...of.commandLine.all(),
    // The last of a switch counts; the app's own folder stays what it was told.
    `--user-data-dir=${join(of.getPath('userData'), 'chromium')}`,
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    ...(display ? [] : ['--headless=new']),
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ]);
  of.endBrowser = () => chromium.kill();
  process.on('exit', () => chromium.kill());
  chromium.onExit(() => of.exit(of.quitting ? 0 : 1));
  setChromium(chromium);
  await watchTargets(chromium);
}
