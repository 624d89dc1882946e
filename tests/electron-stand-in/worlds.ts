import { decode, encode } from './wire.ts';

// The functions here run in the page: they are sent as text, and reach nothing outside themselves.

/** The main world's side of contextBridge: makes what the preload exposed, before any script of the page runs. */
function mainWorld(secret: string) {
  const add = window.addEventListener.bind(window);
  const tell = window.dispatchEvent.bind(window);
  // biome-ignore lint/suspicious/noExplicitAny: whatever the preload exposes.
  type Any = any;
  const callbacks: Any[] = [];
  let answer: Any;
  const build = (shape: Any): Any => {
    if (shape?.fn !== undefined)
      return (...args: unknown[]) => {
        answer = undefined;
        const sent = args.map((arg) =>
          typeof arg === 'function' ? { callback: callbacks.push(arg) - 1 } : { value: arg },
        );
        tell(new CustomEvent(`${secret}:call`, { detail: { fn: shape.fn, args: sent } }));
        if (answer?.error !== undefined) throw new Error(answer.error);
        return answer?.value;
      };
    if (shape?.members !== undefined)
      return Object.freeze(
        Object.fromEntries(shape.members.map(([key, value]: [string, Any]) => [key, build(value)])),
      );
    return shape?.value;
  };
  add(`${secret}:expose`, (event) => {
    const { name, shape } = (event as CustomEvent).detail;
    Object.defineProperty(window, name, { value: build(shape), enumerable: true });
  });
  add(`${secret}:answer`, (event) => {
    answer = (event as CustomEvent).detail;
  });
  add(`${secret}:callback`, (event) => {
    const { callback, args } = (event as CustomEvent).detail;
    callbacks[callback](...args);
  });
}

/** The preload's world: a sandboxed `require`, ipcRenderer over a binding that exists only here, contextBridge. */
function preloadWorld(
  secret: string,
  encodeWire: (value: unknown) => string,
  decodeWire: (text: string) => unknown,
  script: (require: (name: string) => unknown, module: { exports: unknown }, process: unknown) => void,
) {
  // biome-ignore lint/suspicious/noExplicitAny: whatever is exposed and sent.
  type Any = any;
  const world = globalThis as Any;
  const listeners = new Map<string, Any[]>();
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let last = 0;
  const post = (message: unknown) => world.__standIn(encodeWire(message));

  const ipcRenderer = {
    send: (channel: string, ...args: unknown[]) => post({ type: 'send', channel, args }),
    invoke: (channel: string, ...args: unknown[]) =>
      new Promise((resolve, reject) => {
        waiting.set(++last, { resolve, reject });
        post({ type: 'invoke', id: last, channel, args });
      }),
    on(channel: string, listener: Any) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      return ipcRenderer;
    },
    once(channel: string, listener: Any) {
      const only = (...args: unknown[]) => {
        ipcRenderer.off(channel, only);
        listener(...args);
      };
      return ipcRenderer.on(channel, only);
    },
    off(channel: string, listener: Any) {
      listeners.set(
        channel,
        (listeners.get(channel) ?? []).filter((each) => each !== listener),
      );
      return ipcRenderer;
    },
    removeListener: (channel: string, listener: Any) => ipcRenderer.off(channel, listener),
    removeAllListeners(channel: string) {
      listeners.delete(channel);
      return ipcRenderer;
    },
  };
  world.__standInDeliver = (text: string) => {
    const message = decodeWire(text) as Any;
    if (message.type === 'answer') {
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error === undefined) asked?.resolve(message.value);
      else asked?.reject(new Error(message.error));
    } else {
      for (const listener of listeners.get(message.channel) ?? [])
        listener({ sender: ipcRenderer, ports: [] }, ...message.args);
    }
  };

  const functions: Any[] = [];
  const shapeOf = (value: Any): Any => {
    if (typeof value === 'function') return { fn: functions.push(value) - 1 };
    if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
      return { members: Object.entries(value).map(([key, member]) => [key, shapeOf(member)]) };
    return { value };
  };
  window.addEventListener(`${secret}:call`, (event) => {
    const { fn, args } = (event as CustomEvent).detail;
    const given = args.map((arg: Any) =>
      arg.callback === undefined
        ? arg.value
        : (...sent: unknown[]) =>
            window.dispatchEvent(
              new CustomEvent(`${secret}:callback`, { detail: { callback: arg.callback, args: sent } }),
            ),
    );
    let detail: Any;
    try {
      detail = { value: functions[fn](...given) };
    } catch (error) {
      detail = { error: (error as Error).message };
    }
    window.dispatchEvent(new CustomEvent(`${secret}:answer`, { detail }));
  });
  const contextBridge = {
    exposeInMainWorld(name: string, api: unknown) {
      window.dispatchEvent(new CustomEvent(`${secret}:expose`, { detail: { name, shape: shapeOf(api) } }));
    },
  };

  // A page learns no path of a dropped file: in a test, one that is named by its path lies there.
  const webUtils = { getPathForFile: ({ name }: File) => (name.startsWith('/') ? name : '') };
  const modules: Record<string, unknown> = { electron: { ipcRenderer, contextBridge, webUtils } };
  const require = (name: string) => {
    const found = modules[name];
    if (found === undefined)
      throw new Error(`module not found: ${name} (a sandboxed preload has no ${name})`);
    return found;
  };
  try {
    script(require, { exports: {} }, { type: 'renderer', sandboxed: true, contextIsolated: true });
  } catch (error) {
    post({ type: 'preload-error', message: (error as Error).message });
  }
}

// A preload runs in the main frame alone, as it does without nodeIntegrationInSubFrames.
const topOnly = (call: string) => `if (window.top === window) ${call};`;

/** @param secret names the events that cross between the two worlds */
export const mainWorldScript = (secret: string): string =>
  topOnly(`(${mainWorld})(${JSON.stringify(secret)})`);

export const preloadWorldScript = (secret: string, preload: string): string =>
  topOnly(
    `(${preloadWorld})(${JSON.stringify(secret)}, ${encode}, ${decode}, function (require, module, process) {
      const exports = module.exports;
${preload}
})`,
  );
