import { mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { app, dialog, session } from 'electron';
import { Fault } from '../base/faults.ts';
import { isPostgresUrl, placeOfFile } from '../db/place.ts';
import { type Host, openHost } from '../host.ts';
import { keychainWhenAsked } from '../keychain/keychain.ts';
import { KEYCHAIN_SERVICE } from '../remote/kept-credential.ts';
import { chooseFile, chooseKeyFile, chooseLogFiles } from './choose-file.ts';
import { drainBeforeClosing } from './closing.ts';
import { openedLocal } from './connections/opened.ts';
import { openedReview } from './connections/opened-review.ts';
import { openConnections } from './connections/service.ts';
import { registerScheme, serveConsole } from './console-protocol.ts';
import { denyPermissions, guardPages } from './guard-pages.ts';
import { setMenu } from './menu.ts';
import { serveThePage } from './page-port.ts';
import { requireSandbox } from './sandbox.ts';
import { openWindow } from './window.ts';

const GATEWAY_PORT = 8787;

/** A file for this run alone: `--db=FILE` or GATEHOUSE_DB. */
function givenFile(): string | null {
  const given = app.commandLine.getSwitchValue('db') || process.env.GATEHOUSE_DB;
  if (given && isPostgresUrl(given))
    throw new Error(
      'A database is opened by a connection: start without --db and GATEHOUSE_DB, and add one.',
    );
  return given ? resolve(given) : null;
}

/**
 * Starts the gateway unless one runs on the file elsewhere; on a free port where its own is taken. Where it cannot
 * run the window opens all the same: it shows that, and offers the start.
 */
async function startGateway(host: Host): Promise<void> {
  for (const port of [GATEWAY_PORT, 0]) {
    if ((await host.gateway.status()).state !== 'stopped') return;
    try {
      await host.gateway.start('127.0.0.1', port);
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      console.error(`gatehouse: ${thrown.message}`);
    }
  }
}

async function main(): Promise<void> {
  const refusal = requireSandbox(app);
  await app.whenReady();
  if (refusal !== null) throw new Error(refusal);
  serveConsole(session.defaultSession);
  denyPermissions(session.defaultSession);
  const folder = app.getPath('userData');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const actor = `os:${userInfo().username}`;
  const { keychain, opened } = keychainWhenAsked(KEYCHAIN_SERVICE);
  let starting = true;
  const connections = await openConnections({
    path: join(folder, 'connections.json'),
    given: givenFile(),
    ownFile: join(folder, 'gatehouse.db'),
    openFile: async (file) => {
      const host = await openHost({ place: placeOfFile(file), actor, gateway: 'thread' });
      // What one that is opened later is to do, its admin says.
      if (starting) await startGateway(host);
      return openedLocal(host);
    },
    openDatabase: (place) => openHost({ place, actor, gateway: 'thread' }),
    keychain,
    forThisRunOnly: async () => (await opened()).forThisRunOnly,
    chooseFile,
    chooseKeyFile,
    chooseLogFiles,
    openReview: (files) => openedReview(files, actor),
    onProblem: (detail) => dialog.showErrorBox('A connection could not be opened', detail),
  });
  starting = false;
  const window = openWindow();
  const openFiles = async (files: readonly string[]): Promise<void> => {
    if (files.length === 0) return;
    await connections.openFiles(files);
    window.webContents.reload();
  };
  setMenu(() => void chooseLogFiles().then(openFiles));
  serveThePage(
    window,
    () => ({ router: connections.router, context: connections.current.context }),
    (sender) => console.error(`gatehouse: a message from ${sender} was refused`),
    (paths) => void openFiles(paths),
  );
  drainBeforeClosing(window, connections);
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
}

// A page can send what is no message, and oRPC lets its rejection go: that must not end the gateway in this process.
// Electron's own default is to warn, Node's is to end.
process.on('unhandledRejection', (reason) => console.error('gatehouse: nobody caught this:', reason));
registerScheme();
guardPages(app);
if (app.requestSingleInstanceLock()) {
  main().catch((thrown: unknown) => {
    // Without an instance there is nothing to show: say why, and end.
    dialog.showErrorBox('Gatehouse cannot start', thrown instanceof Error ? thrown.message : String(thrown));
    app.exit(1);
  });
} else {
  app.quit();
}
