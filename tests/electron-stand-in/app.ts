import { EventEmitter } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** An event whose default can be prevented, as Electron hands out. */
export function preventable() {
  return {
    defaultPrevented: false,
    preventDefault() {
      this.defaultPrevented = true;
    },
  };
}

class CommandLine {
  readonly #switches = new Map<string, string>();
  take(arg: string): void {
    const [, name = '', value = ''] = /^--([^=]*)=?(.*)$/s.exec(arg) ?? [];
    this.appendSwitch(name, value);
  }
  appendSwitch(name: string, value = ''): void {
    this.#switches.set(name, value);
  }
  hasSwitch(name: string): boolean {
    return this.#switches.has(name);
  }
  getSwitchValue(name: string): string {
    return this.#switches.get(name) ?? '';
  }
  all(): string[] {
    return [...this.#switches].map(([name, value]) => (value ? `--${name}=${value}` : `--${name}`));
  }
}

/** Of Electron's `app`, what an app of one window uses, and what Playwright does. */
export class App extends EventEmitter {
  readonly commandLine = new CommandLine();
  isPackaged = false;
  quitting = false;
  /** Closes every window; false where one of them would not. Set by the windows' module. */
  closeWindows: () => boolean = () => true;
  /** Ends the browser. */
  endBrowser: () => void = () => {};
  #folder = '';
  #name = '';
  #version = '';
  #ready = false;
  readonly #whenReady = Promise.withResolvers<void>();
  #lock: string | null = null;

  describe(folder: string, name: string, version: string): void {
    this.#folder = folder;
    this.#name = name;
    this.#version = version;
  }
  getName(): string {
    return this.#name;
  }
  getVersion(): string {
    return this.#version;
  }
  getAppPath(): string {
    return this.#folder;
  }
  getPath(name: string): string {
    const config = process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config');
    const userData = resolve(this.commandLine.getSwitchValue('user-data-dir') || join(config, this.#name));
    if (name === 'userData' || name === 'sessionData') return userData;
    if (name === 'temp') return tmpdir();
    if (name === 'home') return homedir();
    throw new Error(`the stand-in has no path ${name}`);
  }

  /** Every page here has a sandbox: one that is made without it is refused. */
  enableSandbox(): void {
    if (this.#ready) throw new Error('app.enableSandbox() can only be called before app is ready');
  }

  isReady(): boolean {
    return this.#ready;
  }
  whenReady(): Promise<void> {
    return this.#whenReady.promise;
  }
  becomeReady(): void {
    this.#ready = true;
    // Playwright's loader replaces `emit` to hold `ready` back until it has connected.
    this.emit('ready', {}, {});
    this.#whenReady.resolve();
  }

  requestSingleInstanceLock(): boolean {
    const folder = this.getPath('userData');
    mkdirSync(folder, { recursive: true });
    const lock = join(folder, 'stand-in.lock');
    for (;;) {
      try {
        writeFileSync(lock, String(process.pid), { flag: 'wx' });
        this.#lock = lock;
        process.on('SIGUSR2', () => this.emit('second-instance', {}, [], process.cwd(), {}));
        return true;
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
      }
      try {
        process.kill(Number(readFileSync(lock, 'utf8')), 'SIGUSR2');
        return false;
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
        rmSync(lock);
      }
    }
  }
  hasSingleInstanceLock(): boolean {
    return this.#lock !== null;
  }

  quit(): void {
    const event = preventable();
    this.emit('before-quit', event);
    if (event.defaultPrevented || !this.closeWindows()) return;
    const last = preventable();
    this.emit('will-quit', last);
    if (!last.defaultPrevented) this.exit(0);
  }
  exit(code = 0): void {
    if (this.quitting) return;
    this.quitting = true;
    this.emit('quit', {}, code);
    this.endBrowser();
    if (this.#lock !== null) rmSync(this.#lock, { force: true });
    // The caller's turn ends first: Playwright waits for the answer to the call that quits.
    setImmediate(() => process.exit(code));
  }
}

export const app = new App();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // Like Electron's own handler, it gives way to one of the app's.
    if (process.listenerCount(signal) === 1) app.quit();
  });
