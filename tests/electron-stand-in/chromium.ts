import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';

// biome-ignore lint/suspicious/noExplicitAny: the protocol's messages, as they come.
export type Params = Record<string, any>;

/** One of the browser's targets, or (with no id) the browser itself. */
export interface CdpSession {
  readonly events: EventEmitter;
  send(method: string, params?: Params): Promise<Params>;
}

/** A Chromium that is driven over the DevTools protocol on a pipe. */
export class Chromium {
  readonly #child: ChildProcess;
  readonly #input: Writable;
  readonly #waiting = new Map<number, { resolve(value: Params): void; reject(error: Error): void }>();
  readonly #sessions = new Map<string, EventEmitter>();
  #last = 0;
  readonly browser: CdpSession = this.session('');

  constructor(executable: string, switches: string[]) {
    this.#child = spawn(executable, ['--remote-debugging-pipe', '--no-startup-window', ...switches], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    });
    this.#child.stderr?.on('data', (text: Buffer) => {
      // Playwright waits for this one line; the rest is Chromium's chatter about the missing desktop.
      const line = /DevTools listening on ws:\S+/.exec(text.toString());
      if (line) process.stderr.write(`${line[0]}\n`);
    });
    this.#input = this.#child.stdio[3] as Writable;
    this.#input.on('error', () => {});
    this.#read(this.#child.stdio[4] as Readable);
  }

  session(id: string): CdpSession {
    const events = new EventEmitter();
    this.#sessions.set(id, events);
    return { events, send: (method, params = {}) => this.#send(id, method, params) };
  }

  onExit(callback: () => void): void {
    this.#child.once('exit', callback);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #send(sessionId: string, method: string, params: Params): Promise<Params> {
    const id = ++this.#last;
    this.#input.write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject: (error) => reject(new Error(`${method}: ${error.message}`)) });
    });
  }

  #read(output: Readable): void {
    let pending: Buffer[] = [];
    output.on('data', (chunk: Buffer) => {
      let from = 0;
      for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, from)) {
        const whole = Buffer.concat([...pending, chunk.subarray(from, end)]);
        pending = [];
        from = end + 1;
        this.#take(JSON.parse(whole.toString()) as Params);
      }
      if (from < chunk.length) pending.push(chunk.subarray(from));
    });
  }

  #take(message: Params): void {
    if (message.id === undefined) {
      this.#sessions.get(message.sessionId ?? '')?.emit(message.method, message.params);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error) waiting?.reject(new Error(message.error.message));
    else waiting?.resolve(message.result);
  }
}
