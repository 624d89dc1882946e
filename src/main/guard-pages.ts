import type { App, Session } from 'electron';
import { isConsolePage } from './console-protocol.ts';

/**
 * What holds for every page that this app ever makes, whoever made it and with whatever preferences: it stays on the
 * console, opens no window, embeds nothing, and hands no address to the system. The console links to no other place;
 * one that is to be opened in the user's browser has to be named here first.
 */
export function guardPages(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    const stay = (event: { url: string; preventDefault(): void }) => {
      if (!isConsolePage(event.url)) event.preventDefault();
    };
    contents.on('will-navigate', stay);
    contents.on('will-frame-navigate', stay);
    contents.on('will-redirect', stay);
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

/** Nothing the console needs asks for a permission, but for writing to the clipboard on a click. */
export function denyPermissions(session: Session): void {
  const allowed = (permission: string, url: string, isMainFrame: boolean) =>
    permission === 'clipboard-sanitized-write' && isMainFrame && isConsolePage(url);
  session.setPermissionRequestHandler((contents, permission, answer, { isMainFrame }) =>
    answer(allowed(permission, contents.getURL(), isMainFrame)),
  );
  session.setPermissionCheckHandler((contents, permission, _origin, { isMainFrame }) =>
    contents === null ? false : allowed(permission, contents.getURL(), isMainFrame),
  );
}
