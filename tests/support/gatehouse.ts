import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The command line as it was built: what a user runs. */
export const entry = join(import.meta.dirname, '../../out/main/gatehouse.js');

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command as a user would, in a process of its own. */
export const gatehouse = (...args: string[]): Promise<Ran> => gatehouseWith({}, ...args);

/** The same with text on its standard input, and more in its environment. */
export const gatehouseWith = (
  { input = '', env = {} }: { input?: string; env?: Record<string, string> },
  ...args: string[]
): Promise<Ran> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [entry, ...args],
      { maxBuffer: 2 ** 28, env: { ...process.env, ...env } },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
    // It may end without having read it.
    child.stdin?.on('error', () => undefined).end(input);
  });

/** Runs a command whose reader leaves before it prints anything, as `| true` does. */
export async function gatehouseUnread(...args: string[]): Promise<Ran> {
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => {
    stderr += text.toString();
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout: '', stderr };
}

/** Runs a command that must succeed, and reads the JSON it prints. */
export async function gatehouseJson<T>(...args: string[]): Promise<T> {
  const ran = await gatehouse(...args, '--json');
  if (ran.code !== 0) throw new Error(`gatehouse ${args.join(' ')} exited ${ran.code}: ${ran.stderr}`);
  return JSON.parse(ran.stdout) as T;
}

/** A row that `gatehouse logs --json` prints. */
export interface LoggedRow {
  requestId: string;
  time: string;
  status: number;
  reason: string | null;
  endpoint: string | null;
  tokenId: string | null;
  path: string;
  address: string;
}

/** Reads the log until `enough`, newest first: beside a running gateway a reader may be a second behind. */
export async function logsOnce(
  file: string,
  enough: (rows: LoggedRow[]) => boolean,
  ...args: string[]
): Promise<LoggedRow[]> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const rows = await gatehouseJson<LoggedRow[]>('logs', '--db', file, '--limit', '100000', ...args);
    if (enough(rows)) return rows;
    if (Date.now() > deadline) throw new Error(`the log does not show it; it has ${rows.length} rows`);
  }
}

export interface Serving {
  gateway: string;
  admin: string;
  signIn: string;
  process: ChildProcess;
  /** Ends it with a signal; resolves with its exit code, or null where the signal ended it. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** Starts `serve` on free ports and waits until it says that it is ready. */
export async function serve(file: string, ...args: string[]): Promise<Serving> {
  const child = spawn(
    process.execPath,
    [entry, 'serve', '--db', file, '--port', '0', '--admin-port', '0', ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const exited = once(child, 'exit') as Promise<[number | null]>;
  let complaints = '';
  child.stderr.on('data', (text: Buffer) => {
    complaints += text.toString();
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const ready = JSON.parse(line) as { gateway: string; admin: string; signIn: string };
    return {
      ...ready,
      process: child,
      end: async (signal) => {
        child.kill(signal);
        return (await exited)[0];
      },
    };
  }
  throw new Error(`serve ended before it was ready: ${complaints}`);
}
