// `npm run test:setup`: gets what the tests need and this machine lacks, and says what it did.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
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

const found = installedChromium();
if (found) console.log(`Chromium is there: ${found}. Nothing to do.`);
else if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
  console.log("Chromium is missing; installing Debian's.");
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core']);
} else {
  console.log("Chromium is missing; fetching Playwright's.");
  run('npx', ['playwright-core', 'install', 'chromium']);
}
