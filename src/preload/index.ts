import { contextBridge, ipcRenderer, webUtils } from 'electron';

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

// Files that are dropped are opened by main. The page learns of no path, and can name none: one that it makes has none.
window.addEventListener('dragover', (event) => {
  if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
});
window.addEventListener('drop', (event) => {
  const files = [...(event.dataTransfer?.files ?? [])];
  if (files.length === 0) return;
  event.preventDefault();
  const paths = files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '');
  if (paths.length > 0) ipcRenderer.send(CHANNEL, { type: 'files', paths });
});
