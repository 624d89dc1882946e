import { readFileSync } from 'node:fs';
import { open } from 'node:inspector';
import { createRequire, registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app, startChromium } from './electron.ts';

// What Electron's binary does with its command line: `[-r FILE] [--switches] APP [args]`.
const args = process.argv.slice(2);
const preloads: string[] = [];
let appFolder: string | null = null;
for (let at = 0; at < args.length; at++) {
  const arg = args[at] ?? '';
  if (arg === '-r' || arg === '--require') preloads.push(args[++at] ?? '');
  else if (arg.startsWith('--inspect')) open(Number(arg.split('=')[1] ?? 9229));
  else if (arg.startsWith('--')) app.commandLine.take(arg);
  else appFolder ??= resolve(arg);
}
if (appFolder === null) throw new Error('usage: electron [-r FILE] [--switches] APP');
process.argv = [join(import.meta.dirname, 'electron'), ...args];

const shim = new URL('./electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' || specifier === 'electron/main'
      ? { url: shim, shortCircuit: true }
      : next(specifier, context),
});

const manifest = JSON.parse(readFileSync(join(appFolder, 'package.json'), 'utf8')) as {
  name: string;
  version: string;
  main: string;
};
app.describe(appFolder, manifest.name, manifest.version);
Object.defineProperty(process.versions, 'electron', { value: 'stand-in', enumerable: true });
Object.defineProperty(process, 'type', { value: 'browser' });

const require = createRequire(join(appFolder, 'package.json'));
for (const preload of preloads) require(resolve(preload));
await import(pathToFileURL(join(appFolder, manifest.main)).href);
if (!app.quitting) {
  await startChromium(app);
  app.becomeReady();
}
