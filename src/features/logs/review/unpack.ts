import { createReadStream } from 'node:fs';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { type Flaw, flaw } from './flaw.ts';

export type Packing = 'gzip' | 'zstd';

export interface Unpacking {
  readonly path: string;
  readonly packing: Packing;
  /** Its bytes on the disk. */
  readonly size: number;
  /** It is given in pieces of so many bytes at most. */
  readonly chunkSize: number;
  /**
   * @param packedBytes so far, from which it was unpacked
   * @returns 'on', or why it is to end here
   */
  take(chunk: Buffer, packedBytes: number): 'on' | Flaw | null;
}

/**
 * Unpacks a file from its beginning.
 * @returns why it ends before its end; null: it does not, or its taker had enough
 */
export async function unpack(file: Unpacking): Promise<Flaw | null> {
  let start = 0;
  for (;;) {
    const { trouble, packedBytes } = await unpackFrom(file, start);
    // A decompressor of zstd ends with a frame, but a file may have several, as pzstd and cat make them.
    if (trouble !== 'end' || packedBytes === 0) return trouble === 'end' ? null : trouble;
    start += packedBytes;
    if (file.packing === 'gzip' || start >= file.size) return null;
  }
}

interface Part {
  /** 'end': it was unpacked to its end. */
  readonly trouble: Flaw | null | 'end';
  readonly packedBytes: number;
}

async function unpackFrom({ path, packing, chunkSize, take }: Unpacking, start: number): Promise<Part> {
  const packed = createReadStream(path, { start, highWaterMark: 512 * 1024 });
  const unpacker = packing === 'gzip' ? createGunzip({ chunkSize }) : createZstdDecompress({ chunkSize });
  const { promise, resolve, reject } = Promise.withResolvers<Part['trouble']>();
  // As it comes: an iterator over it would lose what comes before an error.
  unpacker.on('data', (chunk: Buffer) => {
    try {
      const verdict = take(chunk, start + packed.bytesRead);
      if (verdict === 'on') return;
      resolve(verdict);
    } catch (thrown) {
      reject(thrown);
    }
    unpacker.removeAllListeners('data').destroy();
  });
  unpacker.on('end', () => resolve('end'));
  unpacker.on('error', ({ code }: NodeJS.ErrnoException) =>
    resolve(flaw(code === 'Z_BUF_ERROR' ? 'file.cut' : 'file.damaged')),
  );
  packed.on('error', ({ code }: NodeJS.ErrnoException) =>
    resolve(flaw('file.unreadable', { detail: code ?? '' })),
  );
  packed.pipe(unpacker);
  try {
    return { trouble: await promise, packedBytes: unpacker.bytesWritten };
  } finally {
    packed.destroy();
    unpacker.destroy();
  }
}
