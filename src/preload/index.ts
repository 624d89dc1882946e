import { contextBridge, ipcRenderer } from 'electron';

const CHANNEL = 'gatehouse:port';

// One port to the main process, and nothing else: no method of Electron, no Node.
contextBridge.exposeInMainWorld('gatehouse', {
  port: {
    /** Tells main that this page listens; main forgets what an earlier page asked. */
    start: (): void => ipcRenderer.send(CHANNEL, { type: 'start' }),
    postMessage: (data: unknown): void => ipcRenderer.send(CHANNEL, { type: 'message', data }),
    onMessage: (callback: (data: unknown) => void): void => {
      ipcRenderer.on(CHANNEL, (_event, data: unknown) => callback(data));
    },
  },
});
