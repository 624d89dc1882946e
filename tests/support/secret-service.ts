import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real Secret Service (Debian: gnome-keyring, dbus) of its own, empty, unlocked, gone with the command in it. */
export interface SecretService {
  /** Puts a command into the session: the program, its arguments, its environment. */
  wrap(command: readonly string[]): { command: string; args: string[]; env: NodeJS.ProcessEnv };
  /** Starts the session by itself; resolves with what a program in it needs in its environment. */
  start(): Promise<{ env: Record<string, string>; stop(): void }>;
  remove(): void;
}

const UNLOCK = 'printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 && exec "$@"';

export function makeSecretService(): SecretService {
  // Node makes it with mode 0700, which XDG_RUNTIME_DIR has to have.
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-keyring-'));
  const own = {
    HOME: home,
    XDG_RUNTIME_DIR: home,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
  };
  const wrap: SecretService['wrap'] = (command) => ({
    command: 'dbus-run-session',
    args: ['--', 'sh', '-c', UNLOCK, 'sh', ...command],
    env: { ...process.env, ...own },
  });
  return {
    wrap,
    async start() {
      // `cat` ends with its input, and the session with it.
      const { command, args, env } = wrap(['sh', '-c', 'echo "$DBUS_SESSION_BUS_ADDRESS"; exec cat']);
      const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'ignore'] });
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      return {
        env: { DBUS_SESSION_BUS_ADDRESS: line.toString().trim() },
        stop: () => child.stdin.end(),
      };
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}
