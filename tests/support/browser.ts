import { type Browser, chromium } from 'playwright-core';
import { installedChromium } from '../../scripts/browsers.mjs';

/** Starts a Chromium: the installed one, else the one that `npm run test:setup` fetched. */
export const startBrowser = (): Promise<Browser> => {
  const installed = installedChromium();
  return chromium.launch({
    ...(installed ? { executablePath: installed } : {}),
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
};
