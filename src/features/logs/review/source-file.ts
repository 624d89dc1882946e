import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Flaw } from './flaw.ts';
import { type Packing, unpack } from './unpack.ts';
import { UnpackedFile } from './unpacked-file.ts';

/** Some milliseconds of work: then whoever asks for rows has a turn. */
const CHUNK = 512 * 1024;
const LEAST_CHUNK = 1024;

/** A file that is reviewed: read once from its beginning, then a record at a time. */
export class SourceFile {
  readonly path: string;
  readonly name: string;
  /** How it is compressed, by its first bytes; null: it is not. */
  readonly packing: Packing | null;
  /** Its bytes on the disk. What is added to it later is not read. */
  readonly size: number;
  readonly #descriptor: number;
  readonly #unpacked: UnpackedFile | null;
  #packedBytes = 0;

  /** @throws where it cannot be opened: an error of the system */
  constructor(path: string) {
    this.path = path;
    this.name = basename(path);
    // A pipe that nobody writes to would keep us waiting for ever.
    this.#descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stat = fstatSync(this.#descriptor);
    if (!stat.isFile()) {
      closeSync(this.#descriptor);
      throw Object.assign(new Error(`${path} is no file`), {
        code: stat.isDirectory() ? 'EISDIR' : 'ENOTFILE',
      });
    }
    this.size = stat.size;
    this.packing = packingOf(this.#descriptor);
    this.#unpacked = this.packing === null ? null : new UnpackedFile();
  }

  /** How many of its bytes on the disk were read. */
  get bytesRead(): number {
    return this.#packedBytes;
  }

  /**
   * Gives all of it, unpacked, a piece at a time; each is its taker's until it returns, which may end it by returning false.
   * @returns why it ends before its end; null: it does not
   */
  read(take: (chunk: Uint8Array) => boolean): Promise<Flaw | null> {
    return this.packing === null || this.#unpacked === null
      ? this.#readPlain(take)
      : this.#unpack(this.packing, this.#unpacked, take);
  }

  /** Bytes of it, unpacked; fewer where it has become shorter meanwhile. */
  bytesAt(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    const descriptor = this.#unpacked?.descriptor ?? this.#descriptor;
    let done = 0;
    while (done < length) {
      const read = readSync(descriptor, bytes, done, length - done, offset + done);
      if (read === 0) break;
      done += read;
    }
    return bytes.subarray(0, done);
  }

  close(): void {
    closeSync(this.#descriptor);
    this.#unpacked?.close();
  }

  async #readPlain(take: (chunk: Uint8Array) => boolean): Promise<Flaw | null> {
    const chunk = Buffer.allocUnsafe(CHUNK);
    while (this.#packedBytes < this.size) {
      const wanted = Math.min(CHUNK, this.size - this.#packedBytes);
      const read = readSync(this.#descriptor, chunk, 0, wanted, this.#packedBytes);
      if (read === 0) break;
      this.#packedBytes += read;
      if (!take(chunk.subarray(0, read))) break;
      await nextTurn();
    }
    return null;
  }

  async #unpack(
    packing: Packing,
    unpacked: UnpackedFile,
    take: (chunk: Uint8Array) => boolean,
  ): Promise<Flaw | null> {
    let given = 0;
    const inPieces = (chunkSize: number, known: number) => {
      const { path, size } = this;
      let left = known;
      return unpack({
        ...{ path, packing, size, chunkSize },
        take: (whole, packedBytes) => {
          const chunk = whole.subarray(left);
          left -= whole.length - chunk.length;
          if (chunk.length === 0) return 'on';
          this.#packedBytes = packedBytes;
          const trouble = unpacked.add(chunk, packedBytes);
          if (trouble !== null) return trouble;
          given += chunk.length;
          return take(chunk) ? 'on' : null;
        },
      });
    };
    const trouble = await inPieces(CHUNK, 0);
    if (trouble?.code !== 'file.damaged') return trouble;
    // What was unpacked of a piece is lost when damage is found behind it: once more, in pieces of a thousandth.
    return inPieces(Math.min(CHUNK, Math.max(LEAST_CHUNK, given >> 10)), given);
  }
}

function packingOf(descriptor: number): Packing | null {
  const start = Buffer.alloc(4);
  readSync(descriptor, start, 0, 4, 0);
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip';
  const magic = start.readUInt32LE();
  // A frame, or one that is skipped, with which pzstd begins.
  return magic === 0xfd2fb528 || magic >>> 4 === 0x0184d2a5 ? 'zstd' : null;
}
