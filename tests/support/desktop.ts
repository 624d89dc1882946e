import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type ElectronApplication, _electron as electron } from 'playwright-core';

const project = join(import.meta.dirname, '../..');

/** Is it the real Electron (GATEHOUSE_ELECTRON=real), or what stands in for its binary? */
export const realElectron = process.env.GATEHOUSE_ELECTRON === 'real';

const argsFor = (folder: string, app = project) => [
  app,
  `--user-data-dir=${join(folder, 'user-data')}`,
  `--db=${join(folder, 'instance.db')}`,
];

/** Starts the built desktop app, or the one in the folder `app`, on an instance of its own in `folder`. */
export async function startDesktop(folder: string, app = project): Promise<ElectronApplication> {
  // Read by Electron's own wrapper, in this process.
  if (!realElectron) process.env.ELECTRON_OVERRIDE_DIST_PATH = join(project, 'tests/electron-stand-in');
  return electron.launch({
    args: argsFor(folder, app),
    cwd: app,
    timeout: 60_000,
  });
}

/** Starts it once more, as a user who clicks its icon again; resolves with the exit code. */
export async function startAgain(folder: string): Promise<number | null> {
  const binary = createRequire(import.meta.url)('electron') as string;
  const child = spawn(binary, [...argsFor(folder), '--no-sandbox'], { cwd: project, stdio: 'ignore' });
  return ((await once(child, 'exit')) as [number | null])[0];
}
