import { execFile } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';

/** What the keychain keeps for the app, read by another program. */
export async function inKeychain(env: Record<string, string>): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(
    'secret-tool',
    ['search', '--all', 'service', 'gatehouse'],
    { env: { ...process.env, ...env } },
  );
  return stdout + stderr;
}

/** The credentials of the one session that the keychain keeps. */
export function credentialsIn(keychain: string): { refresh: string; access: string } {
  const { refresh, access } = JSON.parse(/secret = (\{.+)/.exec(keychain)?.[1] ?? '{}') as Record<
    string,
    string
  >;
  if (!refresh || !access) throw new Error(`the keychain has no credential: ${keychain}`);
  return { refresh, access };
}

/** The files of the app's profile in `folder`, with what is in them. */
export const profileFiles = (folder: string): { path: string; bytes: Buffer }[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => path.includes('user-data'))
    .flatMap((path) => {
      try {
        return lstatSync(path).isFile() ? [{ path, bytes: readFileSync(path) }] : [];
      } catch (thrown) {
        // Chromium makes and removes files as it goes.
        if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw thrown;
      }
    });

/** What the page has stored, as text. */
export const storageOf = (page: Page): Promise<string> =>
  page.evaluate(async () =>
    JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      await indexedDB.databases(),
    ]),
  );

/** Everything that the page's JavaScript holds, as text. */
export async function heapOf(page: Page): Promise<string> {
  const cdp = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  cdp.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await cdp.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await cdp.detach();
  return chunks.join('');
}
