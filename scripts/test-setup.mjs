// `npm run test:setup`: gets what the tests need and this machine lacks, and says what it did.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { installedChromium } from './browsers.mjs';

const run = (command, args) => {
  console.log(`> ${command} ${args.join(' ')}`);
  const { status } = spawnSync(command, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) process.exit(status ?? 1);
};

const debian = existsSync('/etc/debian_version') && process.getuid?.() === 0;
const install = (packages) => {
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages]);
};

const found = installedChromium();
if (found) console.log(`Chromium is there: ${found}.`);
else if (debian) {
  console.log("Chromium is missing; installing Debian's.");
  install(['chromium', 'fonts-dejavu-core']);
} else {
  console.log("Chromium is missing; fetching Playwright's.");
  run('npx', ['playwright-core', 'install', 'chromium']);
}

// A Secret Service of the tests' own, on Linux.
const missing = ['dbus-run-session', 'gnome-keyring-daemon', 'secret-tool'].filter(
  (program) => spawnSync('which', [program]).status !== 0,
);
if (process.platform !== 'linux' || missing.length === 0) console.log('The keychain can be tested.');
else if (debian) install(['dbus', 'gnome-keyring', 'libsecret-tools']);
else {
  console.error(
    `The tests of the keychain need ${missing.join(', ')}: install them with your package manager.`,
  );
  process.exit(1);
}

// Servers of the tests' own: Postgres and Redis (or Valkey).
const has = (program) => spawnSync('which', [program]).status === 0;
const debianPostgres = '/usr/lib/postgresql';
const servers = [
  ...(has('initdb') || (existsSync(debianPostgres) && readdirSync(debianPostgres).length > 0)
    ? []
    : ['postgresql']),
  ...(has('redis-server') || has('valkey-server') ? [] : ['redis-server']),
];
if (servers.length === 0) console.log('Postgres and Redis are there.');
else if (debian) install(servers);
else {
  console.error(`The tests need ${servers.join(' and ')}: install them with your package manager.`);
  process.exit(1);
}

// Programs of others that read what we export. Their tests are left out where they are missing.
const readers = ['jq', 'lnav'].filter((program) => !has(program));
if (readers.length === 0) console.log('jq and lnav are there.');
else if (debian) install(readers);
else console.log(`Tests with ${readers.join(' and ')} are left out: install them with your package manager.`);
