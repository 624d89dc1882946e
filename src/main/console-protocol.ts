import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { protocol, type Session } from 'electron';
import { CONSOLE_POLICY } from '../base/console-policy.ts';

const SCHEME = 'app';
const ORIGIN = `${SCHEME}://console`;
export const CONSOLE_URL = `${ORIGIN}/index.html`;

const root = fileURLToPath(new URL('../renderer', import.meta.url));

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
};

/** Is this the address of the console's own page? */
export const isConsolePage = (url: string): boolean => url.startsWith(`${ORIGIN}/`);

/** Before the app is ready: `app:` is a standard, secure scheme with an origin. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/**
 * The file of the console that `url` asks for, or null: another host, a path that would leave the console's folder,
 * or a type that the console does not have.
 */
export function consoleFile(url: string): { path: string; type: string } | null {
  let pathname: string;
  try {
    const parsed = new URL(url);
    if (parsed.protocol !== `${SCHEME}:` || parsed.host !== 'console') return null;
    pathname = decodeURIComponent(parsed.pathname);
  } catch (thrown) {
    // Not a URL, or a path whose escapes are not UTF-8.
    if (thrown instanceof TypeError || thrown instanceof URIError) return null;
    throw thrown;
  }
  if (/[\0\\]/.test(pathname)) return null;
  const path = normalize(join(root, pathname === '/' ? 'index.html' : pathname));
  const type = types[extname(path)];
  return path.startsWith(root + sep) && type !== undefined ? { path, type } : null;
}

const nothing = () =>
  new Response('There is nothing here.', { status: 404, headers: headersFor('text/plain') });

const headersFor = (type: string): Record<string, string> => ({
  'content-type': type,
  'content-security-policy': CONSOLE_POLICY,
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
});

/** What a file system says of a path at which no file can be read; anything else is a failure of ours. */
const NO_FILE = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'EINVAL']);

/** Serves the console's files, and nothing else, as `app://console/`. */
export function serveConsole(session: Session): void {
  session.protocol.handle(SCHEME, async (request) => {
    const file = consoleFile(request.url);
    if (file === null || (request.method !== 'GET' && request.method !== 'HEAD')) return nothing();
    try {
      return new Response(new Uint8Array(await readFile(file.path)), { headers: headersFor(file.type) });
    } catch (thrown) {
      if (!NO_FILE.has((thrown as NodeJS.ErrnoException).code ?? '')) throw thrown;
      return nothing();
    }
  });
}
