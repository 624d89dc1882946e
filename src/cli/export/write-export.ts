import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { Transform, type TransformCallback } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGzip, createZstdCompress } from 'node:zlib';
import { Fault } from '../../base/faults.ts';
import { withDraft } from '../../db/private-file.ts';
import type { LogManifest } from '../../features/logs/contract.ts';

export type Compression = 'gzip' | 'zstd';

/** What is in the manifest about the file that was written, beside what the server says of its content. */
export interface WrittenManifest extends LogManifest {
  readonly file: {
    readonly name: string;
    readonly compression: Compression | null;
    readonly bytes: number;
    /** Of the file as it is, hexadecimal. */
    readonly sha256: string;
  };
}

export type ExportPiece =
  | { readonly text: string; readonly rows: number }
  | { readonly manifest: LogManifest };

export const manifestPath = (path: string): string => `${path}.manifest.json`;

/**
 * Writes an export and its manifest beside it, no faster than the disk takes it, and no part of it where it does not
 * become whole: the file has another name until then. Refused with `file.exists` and `file.denied`.
 * @param options.signal ends it; then nothing is left
 * @param options.onWritten told of the rows, and the bytes of text, so far
 */
export async function writeExport(
  path: string,
  pieces: AsyncIterable<ExportPiece>,
  options: {
    readonly compress: Compression | null;
    readonly signal: AbortSignal;
    onWritten(rows: number, bytes: number): void;
  },
): Promise<WrittenManifest> {
  for (const taken of [path, manifestPath(path)])
    if (existsSync(taken)) throw new Fault('file.exists', { path: taken });
  const draft = `${path}.part`;
  const hash = options.compress === null ? null : createHash('sha256');
  const counted = new Counting(hash);
  const file = createWriteStream(draft, { flags: 'wx', mode: 0o600 });
  const first =
    options.compress === 'gzip'
      ? createGzip({ level: 1 })
      : options.compress === 'zstd'
        ? createZstdCompress()
        : null;
  const entry = first ?? counted;
  first?.pipe(counted);
  counted.pipe(file);
  const written = finished(file);
  // Of an error it is told where it is waited for.
  written.catch(() => undefined);
  file.once('error', (cause) => entry.destroy(cause));
  // Likewise: an error that comes while a piece is waited for is seen at the next.
  entry.on('error', () => undefined);
  try {
    await once(file, 'open');
    const manifest = await write(entry, pieces, options);
    entry.end();
    await written;
    const whole: WrittenManifest = {
      ...manifest,
      file: {
        name: basename(path),
        compression: options.compress,
        bytes: counted.bytes,
        // What is not compressed is what was sent.
        sha256: hash?.digest('hex') ?? manifest.sha256,
      },
    };
    withDraft(manifestPath(path), `${JSON.stringify(whole, null, 2)}\n`);
    renameSync(draft, path);
    return whole;
  } catch (cause) {
    entry.destroy();
    file.destroy();
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new Fault('file.exists', { path: draft }, { cause });
    rmSync(draft, { force: true });
    // Whatever it was in the middle of.
    options.signal.throwIfAborted();
    if (code?.startsWith('E'))
      throw new Fault('file.denied', { path, detail: `it cannot be written (${code})` }, { cause });
    throw cause;
  }
}

async function write(
  into: NodeJS.WritableStream & { errored?: Error | null },
  pieces: AsyncIterable<ExportPiece>,
  { signal, onWritten }: { signal: AbortSignal; onWritten(rows: number, bytes: number): void },
): Promise<LogManifest> {
  let [rows, bytes] = [0, 0];
  for await (const piece of pieces) {
    signal.throwIfAborted();
    if ('manifest' in piece) return piece.manifest;
    rows += piece.rows;
    bytes += Buffer.byteLength(piece.text);
    if (into.errored) throw into.errored;
    if (!into.write(piece.text)) await once(into, 'drain', { signal });
    onWritten(rows, bytes);
  }
  signal.throwIfAborted();
  throw new Error('the export ended before it was whole');
}

/** Counts what goes through, and hashes it where that is wanted. */
class Counting extends Transform {
  bytes = 0;
  readonly #hash: Hash | null;

  constructor(hash: Hash | null) {
    super();
    this.#hash = hash;
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    this.#hash?.update(chunk);
    done(null, chunk);
  }
}
