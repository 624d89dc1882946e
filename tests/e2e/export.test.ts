import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lastSegment } from '../../src/features/logs/furthest.ts';
import { openJournal } from '../../src/features/logs/journal.ts';
import { journalFolder } from '../../src/features/logs/paths.ts';
import { makeRecord } from '../../src/features/logs/testing.ts';
import { entry, gatehouse, gatehouseJson } from '../support/gatehouse.ts';

/** Exports of the command line, as a user runs and stops them. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-export-'));
const file = join(folder, 'instance.db');
const ROWS = 20_000;

beforeAll(async () => {
  expect((await gatehouse('user', 'list', '--db', file)).code).toBe(0);
  const journal = openJournal(journalFolder(file), lastSegment(file));
  const now = Date.now();
  await Promise.all(
    Array.from({ length: ROWS }, (_, n) =>
      journal.append(makeRecord({ time: now - ROWS + n, status: n % 4 === 0 ? 404 : 200, reason: null })),
    ),
  );
  await journal.close();
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an export is compressed, and its manifest says what is in it', async () => {
  const out = join(folder, 'log.ndjson.zst');
  interface Manifest {
    rows: number;
    bytes: number;
    sha256: string;
    filter: { query: string };
    file: { bytes: number; sha256: string };
  }
  const manifest = await gatehouseJson<Manifest>(
    ...['logs', 'export', 'status:404', '--db', file, '--compress', 'zstd', '--out', out],
  );
  expect(manifest).toMatchObject({ rows: ROWS / 4, filter: { query: 'status:404' } });
  expect(JSON.parse(readFileSync(`${out}.manifest.json`, 'utf8'))).toEqual(manifest);
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const written = readFileSync(out);
  expect(manifest.file).toMatchObject({ bytes: written.length, sha256: sha256(written) });
  const text = zstdDecompressSync(written);
  expect(manifest).toMatchObject({ bytes: text.length, sha256: sha256(text) });
  const rows = text.toString().trimEnd().split('\n');
  expect(rows.map((row) => JSON.parse(row).status)).toEqual(Array(ROWS / 4).fill(404));
});

test('one that is interrupted leaves no file, and says so', async () => {
  const out = join(folder, 'interrupted.har');
  const child = spawn(
    process.execPath,
    [entry, 'logs', 'export', '--db', file, '--format', 'har', '--out', out],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said += text;
  });
  const exited = once(child, 'exit');
  while (!existsSync(`${out}.part`)) await delay(5);
  child.kill('SIGINT');
  const [code] = await exited;
  expect(code).toBe(1);
  expect(said.trim().split('\n').at(-1)).toBe('gatehouse: the export was cancelled; no file was left');
  expect(readdirSync(folder).filter((name) => name.startsWith('interrupted'))).toEqual([]);
});
