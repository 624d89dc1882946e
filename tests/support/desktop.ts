import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type ElectronApplication, _electron as electron } from 'playwright-core';

const project = join(import.meta.dirname, '../..');

/** Is it the real Electron (GATEHOUSE_ELECTRON=real), or what stands in for its binary? */
export const realElectron = process.env.GATEHOUSE_ELECTRON === 'real';

const argsFor = (folder: string, given = true) => [
  project,
  `--user-data-dir=${join(folder, 'user-data')}`,
  ...(given ? [`--db=${join(folder, 'instance.db')}`] : []),
];

/**
 * Starts the built desktop app on an instance of its own in `folder`.
 * @param given whether the command line names the instance; else the app opens what it had open last
 * @param env beside this process's own
 */
export async function startDesktop(
  folder: string,
  given = true,
  env: Record<string, string> = {},
): Promise<ElectronApplication> {
  // Read by Electron's own wrapper, in this process.
  if (!realElectron) process.env.ELECTRON_OVERRIDE_DIST_PATH = join(project, 'tests/electron-stand-in');
  return electron.launch({
    args: argsFor(folder, given),
    env: { ...(process.env as Record<string, string>), ...env },
    cwd: project,
    timeout: 60_000,
  });
}

/** Starts it once more, as a user who clicks its icon again; resolves with the exit code. */
export async function startAgain(folder: string): Promise<number | null> {
  const binary = createRequire(import.meta.url)('electron') as string;
  const child = spawn(binary, [...argsFor(folder), '--no-sandbox'], { cwd: project, stdio: 'ignore' });
  return ((await once(child, 'exit')) as [number | null])[0];
}
