import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FuseV1Options } from '@electron/fuses';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

/** What electron-builder.yml asks for on the systems that this machine cannot build for. */
const root = join(import.meta.dirname, '..');
const config = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8'));

describe('fuses', () => {
  test('leave no way to run other code under the name of the app', () => {
    expect(config.electronFuses).toMatchObject({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      onlyLoadAppFromAsar: true,
      enableEmbeddedAsarIntegrityValidation: true,
      grantFileProtocolExtraPrivileges: false,
      loadBrowserProcessSpecificV8Snapshot: false,
      enableCookieEncryption: true,
    });
  });

  test('are decided one by one: a fuse of a later Electron is not overlooked', () => {
    const known = Object.keys(FuseV1Options).filter((name) => Number.isNaN(Number(name)));
    const decided = Object.keys(config.electronFuses).map((name) => name.toLowerCase());
    // How WebAssembly checks its bounds: Electron's own choice, and electron-builder has no setting for it.
    expect(known.filter((name) => !decided.includes(name.toLowerCase()))).toEqual(['WasmTrapHandlers']);
  });
});

describe('macOS', () => {
  test('has the hardened runtime, signed and notarised or not at all', () => {
    expect(config.mac).toMatchObject({ hardenedRuntime: true, notarize: true, forceCodeSigning: true });
    expect(config.mac.target.map((each: { target: string }) => each.target)).toEqual(['dmg', 'zip']);
  });

  test('is entitled to compile at run time, and to nothing else', () => {
    expect(config.mac.entitlementsInherit).toBe(config.mac.entitlements);
    const plist = readFileSync(join(root, config.mac.entitlements), 'utf8');
    expect([...plist.matchAll(/<key>(.*?)<\/key>/g)].map(([, key]) => key)).toEqual([
      'com.apple.security.cs.allow-jit',
    ]);
  });
});

test('Windows has an installer for the user, without a right more, signed or not at all', () => {
  expect(config.win).toMatchObject({ requestedExecutionLevel: 'asInvoker', forceCodeSigning: true });
  expect(config.win.target.map((each: { target: string }) => each.target)).toEqual(['nsis']);
  expect(config.nsis).toMatchObject({ perMachine: false, deleteAppDataOnUninstall: false });
});

test('Linux has a deb and an AppImage, neither of which switches the sandbox off', () => {
  expect(config.linux.target.map((each: { target: string }) => each.target)).toEqual(['deb', 'AppImage']);
  expect(config.appImage.executableArgs).toEqual([]);
  expect(JSON.stringify(config)).not.toContain('no-sandbox');
});

test.each(['linux', 'mac', 'win'])('%s has an icon large enough to be made into every size', (system) => {
  const png = readFileSync(join(root, 'resources', config[system].icon));
  expect(png.toString('latin1', 1, 4)).toBe('PNG');
  // Width and height, the first two numbers of a PNG's header.
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1024, 1024]);
});

test('nothing is compiled, uploaded or updated by itself', () => {
  expect(config).toMatchObject({ npmRebuild: false, publish: null });
});
