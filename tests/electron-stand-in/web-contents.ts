import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { fromWeb, schemeOf, toWeb } from './addresses.ts';
import { preventable } from './app.ts';
import type { CdpSession, Chromium, Params } from './chromium.ts';
import { Frames, type WebFrameMain } from './frames.ts';
import { ipcMain } from './ipc.ts';
import { defaultSession } from './session.ts';
import { decode, encode } from './wire.ts';
import { mainWorldScript, preloadWorldScript } from './worlds.ts';

const WORLD = 'preload';
type OpenHandler = (details: { url: string; disposition: string }) => { action: 'allow' | 'deny' };

/** The page in a window. */
export class WebContents extends EventEmitter {
  readonly id: number;
  readonly session = defaultSession;
  readonly #chromium: Chromium;
  readonly #preferences: Params;
  readonly #frames = new Frames();
  readonly #attached = Promise.withResolvers<CdpSession>();
  #target = '';
  #destroyed = false;
  #own = '';
  #openHandler: OpenHandler = () => ({ action: 'allow' });

  constructor(chromium: Chromium, id: number, preferences: Params) {
    super();
    this.#chromium = chromium;
    this.id = id;
    this.#preferences = preferences;
  }

  get mainFrame(): WebFrameMain | null {
    return this.#frames.main;
  }
  get targetId(): string {
    return this.#target;
  }
  getURL(): string {
    return this.#frames.main?.url ?? '';
  }
  getLastWebPreferences(): Params {
    return { ...this.#preferences };
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }
  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  async loadURL(url: string): Promise<void> {
    const page = await this.#attached.promise;
    this.#own = url;
    const loaded = new Promise<void>((resolve) => this.once('did-finish-load', () => resolve()));
    const { errorText } = await page.send('Page.navigate', { url: toWeb(url) });
    if (errorText) throw new Error(`${errorText} loading '${url}'`);
    await loaded;
  }
  reload(): void {
    void this.#attached.promise.then((page) => page.send('Page.reload'));
  }
  send(channel: string, ...args: unknown[]): void {
    this.#deliver({ type: 'message', channel, args });
  }
  async executeJavaScript(expression: string): Promise<unknown> {
    const page = await this.#attached.promise;
    const { result, exceptionDetails } = await page.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }
  close(): void {
    this.emit('-close');
  }
  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    if (this.#target)
      // It may be gone already, which is what was wanted.
      this.#chromium.browser.send('Target.closeTarget', { targetId: this.#target }).catch(() => {});
    this.emit('destroyed');
  }

  /** Makes the page, with the preload in a world of its own, and listens to it. */
  async attach(targetId: string, preload: string | null): Promise<void> {
    this.#target = targetId;
    const { sessionId } = await this.#chromium.browser.send('Target.attachToTarget', {
      targetId,
      flatten: true,
    });
    const page = this.#chromium.session(sessionId);
    this.#listen(page);
    await page.send('Page.enable');
    await page.send('Runtime.enable');
    const { frameTree } = await page.send('Page.getFrameTree');
    this.#frames.navigated(frameTree.frame);
    await page.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
    await page.send('Target.setAutoAttach', {
      autoAttach: true,
      waitForDebuggerOnStart: false,
      flatten: true,
    });
    if (preload !== null) {
      const secret = randomUUID();
      await page.send('Runtime.addBinding', { name: '__standIn', executionContextName: WORLD });
      const add = (source: string, worldName?: string) =>
        page.send('Page.addScriptToEvaluateOnNewDocument', { source, ...(worldName ? { worldName } : {}) });
      await add(mainWorldScript(secret));
      await add(preloadWorldScript(secret, preload), WORLD);
    }
    this.#attached.resolve(page);
  }

  #listen(page: CdpSession): void {
    const { events } = page;
    events.on('Runtime.executionContextCreated', ({ context }) => this.#frames.contextMade(context));
    events.on('Runtime.executionContextDestroyed', (e) => this.#frames.contextEnded(e.executionContextId));
    events.on('Runtime.executionContextsCleared', () => this.#frames.contextsEnded());
    events.on('Runtime.bindingCalled', (e) => this.#receive(e.payload, e.executionContextId));
    events.on('Page.frameNavigated', ({ frame }) => {
      if (this.#frames.navigated(frame)) void this.#navigated();
    });
    events.on('Page.navigatedWithinDocument', ({ frameId, url }) => this.#frames.moved(frameId, url));
    events.on('Page.frameDetached', ({ frameId }) => this.#frames.gone(frameId));
    events.on('Page.domContentEventFired', () => this.emit('dom-ready', {}));
    events.on('Page.loadEventFired', () => this.emit('did-finish-load', {}));
    events.on('Page.windowOpen', ({ url }) =>
      this.#openHandler({ url: fromWeb(url), disposition: 'foreground-tab' }),
    );
    events.on('Fetch.requestPaused', (paused) => void this.#answer(page, paused));
    events.on('Inspector.targetCrashed', () => this.emit('render-process-gone', {}, { reason: 'crashed' }));
  }

  async #navigated(): Promise<void> {
    const url = this.getURL();
    const granted = await this.session.granted(this, url);
    const origin = new URL(toWeb(url)).origin;
    if (origin !== 'null')
      await this.#chromium.browser.send('Browser.grantPermissions', { origin, permissions: granted });
    this.emit('did-navigate', {}, url);
  }

  /** Every request of the page: those to the app's schemes are answered here, navigations may be prevented. */
  async #answer(page: CdpSession, { requestId, request, resourceType, frameId }: Params): Promise<void> {
    const url = fromWeb(request.url);
    if (resourceType === 'Document') {
      const isMainFrame = this.#frames.isMain(frameId);
      const ours = isMainFrame && url === this.#own;
      if (isMainFrame) this.#own = '';
      const event = { ...preventable(), url, isMainFrame };
      if (!ours) this.emit('will-frame-navigate', event);
      if (!ours && isMainFrame) this.emit('will-navigate', event, url);
      if (event.defaultPrevented) {
        await page.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
        return;
      }
    }
    const scheme = schemeOf(url);
    if (scheme === null) {
      await page.send('Fetch.continueRequest', { requestId });
      return;
    }
    const response = await this.session.protocol.answer(
      scheme,
      new Request(url, { method: request.method, headers: request.headers }),
    );
    await page.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: response.status,
      responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
      body: Buffer.from(await response.arrayBuffer()).toString('base64'),
    });
  }

  #receive(payload: string, context: number): void {
    const message = decode(payload) as Params;
    if (message.type === 'preload-error') {
      this.emit('preload-error', {}, this.#preferences.preload, new Error(message.message));
      process.stderr.write(`stand-in: the preload failed: ${message.message}\n`);
      return;
    }
    const senderFrame = this.#frames.ofContext(context);
    const event = {
      sender: this,
      senderFrame,
      reply: (channel: string, ...args: unknown[]) => this.send(channel, ...args),
    };
    if (message.type === 'send') ipcMain.emit(message.channel, event, ...message.args);
    else
      ipcMain.answer(message.channel, event, message.args).then(
        (value) => this.#deliver({ type: 'answer', id: message.id, value }),
        (error: Error) => this.#deliver({ type: 'answer', id: message.id, error: String(error) }),
      );
  }

  /** Messages arrive in the order in which they were sent, in the page that is there when they arrive. */
  #deliver(message: unknown): void {
    const expression = `__standInDeliver(${JSON.stringify(encode(message))})`;
    void this.#attached.promise.then((page) => {
      const contextId = this.#frames.contextOf(WORLD);
      if (contextId === null || this.#destroyed) return;
      // The page may be on its way elsewhere: then nobody waits for this message any more.
      page.send('Runtime.evaluate', { expression, contextId }).catch(() => {});
    });
  }
}
