import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type ElectronApplication, _electron as electron } from 'playwright-core';

const project = join(import.meta.dirname, '../..');

/** Is it the real Electron (GATEHOUSE_ELECTRON=real), or what stands in for its binary? */
export const realElectron = process.env.GATEHOUSE_ELECTRON === 'real';

/** How to start it, where that is not as usual. */
interface Start {
  /** Whether the command line names the instance; else the app opens what it had open last. */
  given?: boolean;
  /** The folder of the app, where it is not this project. */
  app?: string;
  /** Variables beside this process's own. */
  env?: Record<string, string>;
}

const argsFor = (folder: string, { given = true, app = project }: Start = {}) => [
  app,
  `--user-data-dir=${join(folder, 'user-data')}`,
  ...(given ? [`--db=${join(folder, 'instance.db')}`] : []),
];

/** Starts the built desktop app on an instance of its own in `folder`. */
export async function startDesktop(folder: string, start: Start = {}): Promise<ElectronApplication> {
  // Read by Electron's own wrapper, in this process.
  if (!realElectron) process.env.ELECTRON_OVERRIDE_DIST_PATH = join(project, 'tests/electron-stand-in');
  return electron.launch({
    args: argsFor(folder, start),
    env: { ...(process.env as Record<string, string>), ...start.env },
    cwd: start.app ?? project,
    timeout: 60_000,
  });
}

/** Starts it once more, as a user who clicks its icon again; resolves with the exit code. */
export async function startAgain(folder: string): Promise<number | null> {
  const binary = createRequire(import.meta.url)('electron') as string;
  const child = spawn(binary, [...argsFor(folder), '--no-sandbox'], { cwd: project, stdio: 'ignore' });
  return ((await once(child, 'exit')) as [number | null])[0];
}
