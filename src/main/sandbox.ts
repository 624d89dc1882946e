import type { App } from 'electron';

const REFUSAL =
  "Gatehouse does not run without Chromium's sandbox. Start it as an ordinary user, on a system that allows user namespaces, or install the package for your system, which brings what the sandbox needs.";

/**
 * Chromium's sandbox for every page of `app`, also one whose preferences forget it; to be called before it is ready.
 * Where it was switched off: why the app must not open its window, or null. An AppImage on a system without user
 * namespaces adds `--no-sandbox` by itself; then a page would run unconfined without anybody having decided that. From
 * source it is allowed: Chromium has no sandbox for root, and a test machine may have no other account.
 */
export function requireSandbox(
  app: Pick<App, 'isPackaged' | 'enableSandbox'> & { commandLine: Pick<App['commandLine'], 'hasSwitch'> },
): string | null {
  if (app.commandLine.hasSwitch('no-sandbox')) return app.isPackaged ? REFUSAL : null;
  // Not beside the switch: it would take it away, and what starts as root then ends.
  app.enableSandbox();
  return null;
}
