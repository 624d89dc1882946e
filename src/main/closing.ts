import { app, type BrowserWindow, dialog } from 'electron';
import type { Connections } from './connections/service.ts';
import { keepPlace } from './window.ts';

/**
 * Closing the window ends the gateway that runs in this app: that is asked first, since clients depend on it. Ctrl-C
 * and a system that shuts down have decided already. Either way the gateway drains before the app ends.
 */
export function drainBeforeClosing(window: BrowserWindow, connections: Connections): void {
  let state: 'open' | 'asking' | 'leaving' = 'open';

  const leave = async () => {
    if (state === 'leaving') return;
    state = 'leaving';
    await connections.close();
    keepPlace(window);
    window.destroy();
    app.quit();
  };

  const ask = async () => {
    const running = await connections.withGateway();
    if (running.length > 0) {
      const { response } = await dialog.showMessageBox(window, {
        type: 'question',
        ...questionAbout(running),
        defaultId: 1,
        cancelId: 1,
      });
      if (response !== 0) {
        state = 'open';
        return;
      }
    }
    await leave();
  };

  // What keeps it from closing in order must not keep it open: every answered request is in the journal.
  const giveUp = (thrown: unknown) => {
    console.error('gatehouse: it could not be closed in order:', thrown);
    app.exit(1);
  };

  window.on('close', (event) => {
    if (state === 'leaving') return;
    event.preventDefault();
    if (state === 'asking') return;
    state = 'asking';
    ask().catch(giveUp);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => leave().catch(giveUp));
}

/** As the words of one gateway, or of several with their connections' names. */
function questionAbout(running: readonly { name: string; address: string }[]) {
  const [first, ...others] = running;
  const after = 'Requests in flight are answered first; after that API clients cannot connect.';
  return others.length === 0
    ? {
        message: 'Stop the gateway and quit?',
        detail: `The gateway at ${first?.address} runs in this app. ${after}`,
        buttons: ['Stop the Gateway and Quit', 'Cancel'],
      }
    : {
        message: `Stop ${running.length} gateways and quit?`,
        detail: `${running.map(({ name, address }) => `${name} at ${address}`).join(', ')} run in this app. ${after}`,
        buttons: ['Stop the Gateways and Quit', 'Cancel'],
      };
}
