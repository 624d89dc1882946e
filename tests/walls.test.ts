import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

interface Cruise {
  modules: { source: string }[];
  summary: { violations: { rule: { name: string }; from: string; to: string }[] };
}

/** Runs the check as `npm run check` does, in `folder`. */
const cruise = (folder: string): Promise<Cruise> =>
  new Promise((done, fail) => {
    const cli = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
    const options = ['src', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
    // It exits with the number of violations, so the status alone says nothing.
    execFile(
      process.execPath,
      [cli, ...options],
      { cwd: folder, maxBuffer: 256 * 1024 * 1024 },
      (_, out, err) => {
        try {
          done(JSON.parse(out) as Cruise);
        } catch (cause) {
          fail(new Error(`dependency-cruiser gave no report: ${err}`, { cause }));
        }
      },
    );
  });

const shown = ({ summary }: Cruise): string[] =>
  summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`).sort();

test('the walls stand: the check read the whole tree and found nothing', async () => {
  const report = await cruise(root);
  const read = report.modules.map((module) => module.source).filter((source) => source.startsWith('src/'));
  expect(read.length).toBeGreaterThan(60);
  // A file that was read but not understood would have no imports.
  expect(read).toContain('src/features/tokens/service.ts');
  expect(read).toContain('src/renderer/main.tsx');
  expect(shown(report)).toEqual([]);
});

/** A breach of every wall: the importing file, what it says, and the rule that must see it. */
const BREACHES: [rule: string, file: string, text: string][] = [
  ['base-imports-nothing', 'src/base/a.ts', `import '../db/a.ts';`],
  ['page-has-no-node', 'src/base/b.ts', `import 'node:fs';`],
  ['db-sees-base', 'src/db/b.ts', `import '../features/x/a.ts';`],
  ['contracts-see-contracts', 'src/features/x/contract.ts', `import '../../db/a.ts';`],
  ['contracts-see-few-packages', 'src/features/y/contract.ts', `import 'kysely';`],
  ['features-see-db-and-features', 'src/features/x/b.ts', `import '../../gateway/a.ts';`],
  // A type is enough: TypeScript removes it, the wall must not.
  ['features-see-db-and-features', 'src/features/x/c.ts', `import type { A } from '../../instance.ts';`],
  ['shifts-api-below-gateway', 'src/shifts-api/b.ts', `import '../gateway/a.ts';`],
  ['gateway-below-instance', 'src/gateway/b.ts', `import '../instance.ts';`],
  ['demo-below-instance', 'src/demo/b.ts', `import '../gateway/a.ts';`],
  ['instance-below-host', 'src/instance.ts', `import './gateway/a.ts';\nexport type A = 1;`],
  ['host-below-doors', 'src/host.ts', `import './cli/a.ts';`],
  ['threads-below-host', 'src/threads/a.ts', `import '../host.ts';`],
  ['doors-are-not-imported', 'src/features/x/d.ts', `import '../../server/a.ts';`],
  ['page-sees-contracts', 'src/renderer/b.ts', `import type { A } from '../features/x/a.ts';`],
  ['page-sees-contracts', 'src/preload/b.ts', `import '../instance.ts';`],
  ['electron-only-in-main', 'src/gateway/c.ts', `import 'electron';`],
  ['no-cycles', 'src/db/c.ts', `import './d.ts';`],
];

const BYSTANDERS: [file: string, text: string][] = [
  ...['db', 'features/x', 'gateway', 'cli', 'server'].map((at): [string, string] => [
    `src/${at}/a.ts`,
    'export type A = 1;',
  ]),
  ['src/db/d.ts', `import './c.ts';`],
];

test('a breach of each wall is found', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-walls-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
    cpSync(join(root, name), join(folder, name));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${text}\nexport {};\n`);
  };
  for (const [file, text] of BYSTANDERS) write(file, text);
  for (const [, file, text] of BREACHES) write(file, text);
  const found = (await cruise(folder)).summary.violations.map(({ rule, from }) => `${rule.name} in ${from}`);
  for (const [rule, file] of BREACHES) expect(found).toContain(`${rule} in ${file}`);
});
