import { isAbsolute } from 'node:path';
import type { AnyRouter } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import type { BrowserWindow, IpcMainEvent } from 'electron';
import { ipcMain } from 'electron';
import type { CallContext } from '../features/answer-faults.ts';
import { isConsolePage } from './console-protocol.ts';

const CHANNEL = 'gatehouse:port';

type PageMessage =
  | { type: 'start' }
  | { type: 'message'; data: unknown }
  // From the preload script alone: what was dropped on the window.
  | { type: 'files'; paths: unknown };

/** So many files can be dropped at once. */
const MOST_FILES = 100;

/** The part of a MessagePort that oRPC's adapter uses. */
interface PortLike {
  addEventListener(type: string, listener: (event: { data: unknown }) => void): void;
  postMessage(data: unknown): void;
}

/**
 * Answers the window's page over its one port. Every message's sender is checked before it is looked at: our
 * window, its main frame, the console's own page. `onForeign` hears of what was not let through, `onFiles` of files that
 * were dropped. Each page that is
 * loaded gets what `current` gives then, until the next one is.
 */
export function serveThePage(
  window: BrowserWindow,
  current: () => { router: AnyRouter; context: CallContext },
  onForeign: (sender: string) => void,
  onFiles: (paths: string[]) => void,
): void {
  let page: ReturnType<typeof openPort> | null = null;

  const listener = (event: IpcMainEvent, message: PageMessage) => {
    const frame = event.senderFrame;
    if (
      event.sender !== window.webContents ||
      frame === null ||
      frame !== window.webContents.mainFrame ||
      !isConsolePage(frame.url)
    ) {
      onForeign(frame?.url ?? 'a frame that is gone');
      return;
    }
    if (message?.type === 'start') {
      page?.close();
      page = openPort(window);
      const { router, context } = current();
      new RPCHandler(router).upgrade(page.port as unknown as MessagePort, { context });
      return;
    }
    if (message?.type === 'message') page?.receive(message.data);
    if (message?.type === 'files' && Array.isArray(message.paths)) {
      const paths = message.paths.filter((path) => typeof path === 'string' && isAbsolute(path));
      if (paths.length > 0) onFiles(paths.slice(0, MOST_FILES));
    }
  };
  ipcMain.on(CHANNEL, listener);
  window.on('closed', () => {
    ipcMain.off(CHANNEL, listener);
    page?.close();
  });
}

/** A port to the page that is loaded now; a reload opens another, and ends what the old page had asked for. */
function openPort(window: BrowserWindow) {
  const listeners = new Map<string, ((event: { data: unknown }) => void)[]>();
  let open = true;
  const tell = (type: string, data: unknown) => {
    for (const listener of listeners.get(type) ?? []) listener({ data });
  };
  const port: PortLike = {
    addEventListener: (type, listener) => {
      listeners.set(type, [...(listeners.get(type) ?? []), listener]);
    },
    postMessage: (data) => {
      if (open && !window.isDestroyed()) window.webContents.send(CHANNEL, data);
    },
  };
  return {
    port,
    receive: (data: unknown) => {
      if (open) tell('message', data);
    },
    close: () => {
      if (!open) return;
      open = false;
      tell('close', undefined);
    },
  };
}
