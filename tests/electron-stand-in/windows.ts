import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { app, preventable } from './app.ts';
import type { Chromium, Params } from './chromium.ts';
import { WebContents } from './web-contents.ts';

let chromium: Chromium | null = null;
export const setChromium = (started: Chromium): void => {
  chromium = started;
};

const windows = new Set<BrowserWindow>();
let last = 0;

/** The preload's text; as in a sandbox, `fs` and its like are refused when it asks for them. */
function checked(preferences: Params): string | null {
  if (preferences.sandbox === false) throw new Error('the stand-in refuses sandbox: false');
  if (preferences.contextIsolation === false) throw new Error('the stand-in refuses contextIsolation: false');
  if (preferences.nodeIntegration === true) throw new Error('the stand-in refuses nodeIntegration: true');
  return preferences.preload === undefined ? null : readFileSync(preferences.preload, 'utf8');
}

export class BrowserWindow extends EventEmitter {
  readonly id: number;
  readonly webContents: WebContents;
  #visible: boolean;
  #minimized = false;
  #maximized = false;
  #destroyed = false;
  #bounds: { x: number; y: number; width: number; height: number };

  constructor(options: Params = {}) {
    super();
    if (chromium === null) throw new Error('Cannot create BrowserWindow before app is ready');
    const preferences = options.webPreferences ?? {};
    const preload = checked(preferences);
    this.id = ++last;
    this.#visible = options.show !== false;
    const { x = 0, y = 0, width = 800, height = 600 } = options;
    this.#bounds = { x, y, width, height };
    this.webContents = new WebContents(chromium, this.id, {
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      ...preferences,
    });
    windows.add(this);
    this.webContents.once('dom-ready', () => this.emit('ready-to-show', {}));
    this.webContents.on('-close', () => this.close());
    void this.#open(chromium, preload);
    app.emit('browser-window-created', {}, this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  async #open(browser: Chromium, preload: string | null): Promise<void> {
    const { width, height } = this.#bounds;
    const { targetId } = await browser.browser.send('Target.createTarget', {
      url: 'about:blank',
      newWindow: true,
      width,
      height,
    });
    await this.webContents.attach(targetId, preload);
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }
  static getFocusedWindow(): BrowserWindow | null {
    return [...windows][0] ?? null;
  }
  static fromId(id: number): BrowserWindow | null {
    return [...windows].find((window) => window.id === id) ?? null;
  }
  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return [...windows].find((window) => window.webContents === contents) ?? null;
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }
  show(): void {
    this.#visible = true;
    this.emit('show', {});
  }
  hide(): void {
    this.#visible = false;
    this.emit('hide', {});
  }
  focus(): void {
    this.emit('focus', {});
  }
  isVisible(): boolean {
    return this.#visible;
  }
  minimize(): void {
    this.#minimized = true;
  }
  restore(): void {
    this.#minimized = false;
  }
  isMinimized(): boolean {
    return this.#minimized;
  }
  maximize(): void {
    this.#maximized = true;
    this.show();
  }
  isMaximized(): boolean {
    return this.#maximized;
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }
  getBounds() {
    return { ...this.#bounds };
  }
  getNormalBounds() {
    return this.getBounds();
  }
  setBounds(bounds: Partial<{ x: number; y: number; width: number; height: number }>): void {
    this.#bounds = { ...this.#bounds, ...bounds };
    void this.#resize();
  }
  setSize(width: number, height: number): void {
    this.setBounds({ width, height });
  }
  async #resize(): Promise<void> {
    const browser = chromium?.browser;
    const { windowId } =
      (await browser?.send('Browser.getWindowForTarget', { targetId: this.webContents.targetId })) ?? {};
    const { width, height } = this.#bounds;
    await browser?.send('Browser.setWindowBounds', { windowId, bounds: { width, height } });
  }

  close(): void {
    const event = preventable();
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }
  /** Without asking anybody. */
  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    windows.delete(this);
    this.webContents.destroy();
    this.emit('closed', {});
    if (windows.size > 0 || app.quitting) return;
    if (app.listenerCount('window-all-closed') > 0) app.emit('window-all-closed');
    else app.quit();
  }
}

app.closeWindows = () => {
  for (const window of [...windows]) {
    window.close();
    if (!window.isDestroyed()) return false;
  }
  return true;
};

export const webContents = {
  getAllWebContents: () => [...windows].map((window) => window.webContents),
  fromId: (id: number) => BrowserWindow.fromId(id)?.webContents,
  fromDevToolsTargetId: (targetId: string) =>
    [...windows].find((window) => window.webContents.targetId === targetId)?.webContents,
};

/** A target of the browser that is none of ours is a pop-up, or one that was closed. */
export async function watchTargets(browser: Chromium): Promise<void> {
  const { events } = browser.browser;
  events.on('Target.targetCreated', ({ targetInfo }) => {
    if (targetInfo.type === 'page' && targetInfo.openerId)
      // No window of this app may open another: the stand-in knows only handlers that deny.
      browser.browser.send('Target.closeTarget', { targetId: targetInfo.targetId }).catch(() => {});
  });
  events.on('Target.targetDestroyed', ({ targetId }) => {
    const contents = webContents.fromDevToolsTargetId(targetId);
    if (contents) BrowserWindow.fromWebContents(contents)?.destroy();
  });
  await browser.browser.send('Target.setDiscoverTargets', { discover: true });
}
