/**
 * Why this program must not open its window, or null. An AppImage on a system without user namespaces adds
 * `--no-sandbox` by itself; then a page would run unconfined without anybody having decided that. From source it is
 * allowed: Chromium has no sandbox for root, and a test machine may have no other account.
 */
export const sandboxRefusal = (packaged: boolean, hasSwitch: (name: string) => boolean): string | null =>
  packaged && hasSwitch('no-sandbox')
    ? "Gatehouse does not run without Chromium's sandbox. Start it as an ordinary user, on a system that allows user namespaces, or install the package for your system, which brings what the sandbox needs."
    : null;
