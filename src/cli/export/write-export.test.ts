import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { testFolder } from '../../../tests/support/instance.ts';
import type { LogManifest } from '../../features/logs/contract.ts';
import { type Compression, type ExportPiece, manifestPath, writeExport } from './write-export.ts';

const text = Array.from({ length: 5_000 }, (_, n) => `{"row":${n},"path":"/v1/schichten/größe"}\n`);
const manifest: LogManifest = {
  gatehouse: 'log export',
  version: '9.9.9',
  instance: 'i',
  format: 'ndjson',
  filter: {},
  zone: 'UTC',
  madeAt: new Date(0),
  madeBy: 'os:test',
  rows: text.length,
  bytes: Buffer.byteLength(text.join('')),
  sha256: createHash('sha256').update(text.join('')).digest('hex'),
  redaction: '',
  auditHead: { seq: 1, mac: '0' },
};

async function* pieces(whole = true): AsyncGenerator<ExportPiece> {
  for (const line of text) yield { text: line, rows: 1 };
  if (whole) yield { manifest };
}

const plain = (compress: Compression | null, signal = new AbortController().signal) => ({
  compress,
  signal,
  onWritten: () => undefined,
});

test.each([
  [null, (bytes: Buffer) => bytes],
  ['gzip', gunzipSync],
  ['zstd', zstdDecompressSync],
] as const)(
  'a file (%s) is what came, for its owner alone, and its manifest says so',
  async (compress, opened) => {
    const path = join(testFolder(), 'log.ndjson');
    const written = await writeExport(path, pieces(), plain(compress));
    const bytes = readFileSync(path);
    expect(opened(bytes).toString()).toBe(text.join(''));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(written.file).toEqual({
      name: 'log.ndjson',
      compression: compress,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    expect(JSON.parse(readFileSync(manifestPath(path), 'utf8'))).toEqual(JSON.parse(JSON.stringify(written)));
  },
);

test('what is cancelled, or ends before it is whole, leaves nothing', async () => {
  const folder = testFolder();
  const path = join(folder, 'log.ndjson');
  const stop = new AbortController();
  const cancelled = writeExport(path, pieces(), {
    ...plain('zstd', stop.signal),
    onWritten: (rows) => rows === 2_000 && stop.abort(new Error('cancelled')),
  });
  await expect(cancelled).rejects.toThrow('cancelled');
  await expect(writeExport(path, pieces(false), plain(null))).rejects.toThrow('before it was whole');
  expect(readdirSync(folder)).toEqual([]);
});

test('nothing is overwritten, and what cannot be written is said', async () => {
  const path = join(testFolder(), 'log.ndjson');
  for (const taken of [path, manifestPath(path), `${path}.part`]) {
    writeFileSync(taken, 'mine');
    await expect(writeExport(path, pieces(), plain(null))).rejects.toMatchObject({
      code: 'file.exists',
      data: { path: taken },
    });
    expect(readFileSync(taken, 'utf8')).toBe('mine');
    rmSync(taken);
  }
  const away = join(path, 'nowhere', 'log.ndjson');
  await expect(writeExport(away, pieces(), plain(null))).rejects.toMatchObject({ code: 'file.denied' });
});

test('no row is asked for before the file can be written', async () => {
  let asked = false;
  async function* watched() {
    asked = true;
    yield* pieces();
  }
  const away = join(testFolder(), 'nowhere', 'log.ndjson');
  await expect(writeExport(away, watched(), plain(null))).rejects.toMatchObject({ code: 'file.denied' });
  expect(asked).toBe(false);
});
