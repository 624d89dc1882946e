import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import axios from 'axios';
import axiosRetry from 'axios-retry';
import got from 'got';

/** One answer that a client got. */
export interface Attempt {
  /** With its query. */
  path: string;
  status: number;
}

/** For tests: a client that nobody here wrote, with its own retries. */
export interface ForeignClient {
  name: string;
  /** Why it cannot run here, or null. */
  missing: string | null;
  /**
   * Asks for each URL, so many at a time, until each is answered for good; the client alone decides whether and when to
   * ask again. `seen` hears of each answer as it comes.
   */
  ask(urls: string[], secret: string, parallel: number, seen: (attempt: Attempt) => void): Promise<void>;
}

/** Times that a client may ask again: more than any of them needs. */
const RETRIES = 20;

const pathOf = (url: string): string => url.slice(new URL(url).origin.length);

/** Calls `work` with each item, so many at a time. */
async function inParallel(items: string[], parallel: number, work: (item: string) => Promise<void>) {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}

const gotClient: ForeignClient = {
  name: 'got',
  missing: null,
  ask: (urls, secret, parallel, seen) =>
    inParallel(urls, parallel, async (url) => {
      const response = await got(url, {
        headers: { authorization: `Bearer ${secret}` },
        retry: { limit: RETRIES },
        hooks: {
          beforeRetry: [({ response }) => seen({ path: pathOf(url), status: response?.statusCode ?? 0 })],
        },
      });
      seen({ path: pathOf(url), status: response.statusCode });
    }),
};

const axiosClient: ForeignClient = {
  name: 'axios with axios-retry',
  missing: null,
  async ask(urls, secret, parallel, seen) {
    const client = axios.create({ headers: { Authorization: `Bearer ${secret}` } });
    axiosRetry(client, {
      retries: RETRIES,
      onRetry: (_, { response, config }) =>
        seen({ path: pathOf(config?.url ?? ''), status: response?.status ?? 0 }),
    });
    await inParallel(urls, parallel, async (url) => {
      const { status } = await client.get(url);
      seen({ path: pathOf(url), status });
    });
  },
};

const urllib3Entry = join(import.meta.dirname, 'urllib3_client.py');
const python = process.platform === 'win32' ? 'python' : 'python3';

function urllib3Missing(): string | null {
  try {
    execFileSync(python, [urllib3Entry, '0', '1'], { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
    return null;
  } catch (cause) {
    const { code, stderr } = cause as NodeJS.ErrnoException & { stderr?: string };
    if (code === 'ENOENT') return `there is no ${python}`;
    if (stderr?.includes('ModuleNotFoundError')) return `${python} has no urllib3`;
    throw cause;
  }
}

/** Python's own, or the copy within pip. */
const urllib3Client: ForeignClient = {
  name: 'urllib3',
  missing: urllib3Missing(),
  async ask(urls, secret, parallel, seen) {
    const child = spawn(python, [urllib3Entry, String(RETRIES), String(parallel), ...urls], {
      env: { ...process.env, TOKEN: secret },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    for await (const line of createInterface({ input: child.stdout })) {
      const said = JSON.parse(line) as Attempt | { version: string };
      if ('status' in said) seen(said);
    }
    const [code] = await exited;
    if (code !== 0) throw new Error(`${python} exited ${code}`);
  },
};

export const foreignClients = [gotClient, axiosClient, urllib3Client];
