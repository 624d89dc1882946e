import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { realElectron } from '../support/desktop.ts';

/** Test equipment has to refuse what Electron's sandbox refuses, or the desktop's tests would prove too much. */
const binary = join(import.meta.dirname, '../electron-stand-in/electron');
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-stand-in-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs an app whose main process is `main`, to its end; what it said. */
function runApp(main: string, preload = ''): Promise<string> {
  const files = {
    'package.json': '{"name":"fixture","version":"1.0.0","type":"module","main":"main.js"}',
    'main.js': `import { app, BrowserWindow } from 'electron';\n${main}`,
    'preload.cjs': preload,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const args = [folder, `--user-data-dir=${join(folder, 'user-data')}`];
  return new Promise((resolve) => {
    // One that does not end says what it said until then.
    execFile(binary, args, { timeout: 30_000 }, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}

describe.skipIf(realElectron)('the stand-in refuses', () => {
  test.each(['sandbox: false', 'contextIsolation: false', 'nodeIntegration: true'])(
    'a window with %s',
    async (preference) => {
      const said = await runApp(`
        app.whenReady().then(() => {
          try {
            new BrowserWindow({ webPreferences: { ${preference} } });
            console.log('it opened');
          } catch (error) {
            console.log(error.message);
          }
          app.exit(0);
        });`);
      expect(said).toContain(`the stand-in refuses ${preference}`);
      expect(said).not.toContain('it opened');
    },
  );

  test.each(['fs', 'node:child_process', './other.cjs'])('a preload that requires %s', async (name) => {
    const said = await runApp(
      `app.whenReady().then(() => {
        const window = new BrowserWindow({ webPreferences: { preload: import.meta.dirname + '/preload.cjs' } });
        window.webContents.on('preload-error', (_event, _path, error) => {
          console.log(error.message);
          app.exit(0);
        });
        window.loadURL('data:text/html,page');
      });`,
      `require(${JSON.stringify(name)});`,
    );
    expect(said).toContain(`module not found: ${name}`);
  });
});
