import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Flaw, flaw } from './flaw.ts';

/** Text as logs are packs to a thirtieth, and the same line over and over to a hundredth. */
const MOST_RATIO = 200;
/** Below this the ratio is not looked at. */
const SMALL = 64 * 1024 * 1024;
/** So much stays free on the disk. */
const LEAVE_FREE = 512 * 1024 * 1024;
const LOOK_EVERY = 64 * 1024 * 1024;

/**
 * What a compressed file unpacks to, in a file that nobody else sees: its records are read again when they are shown. It
 * has no name as soon as it is open, so it goes with the process, however that ends.
 */
export class UnpackedFile {
  readonly descriptor: number;
  #bytes = 0;
  #lookedAt = 0;

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-review-'));
    const path = join(folder, 'unpacked');
    this.descriptor = openSync(path, 'wx+', 0o600);
    rmSync(folder, { recursive: true, force: true });
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Adds what was unpacked; where that may not go on, says why.
   * @param packedBytes of which it was unpacked
   */
  add(chunk: Uint8Array, packedBytes: number): Flaw | null {
    const whole = this.#bytes + chunk.length;
    if (whole > SMALL && whole > packedBytes * MOST_RATIO) return flaw('file.bomb', { ratio: MOST_RATIO });
    if (whole - this.#lookedAt > LOOK_EVERY) {
      this.#lookedAt = whole;
      const { bavail, bsize } = statfsSync(tmpdir());
      const free = bavail * bsize;
      if (free < LEAVE_FREE)
        return flaw('file.no_room', { folder: tmpdir(), free: Math.floor(free / 1024 / 1024) });
    }
    try {
      for (let written = 0; written < chunk.length; )
        written += writeSync(this.descriptor, chunk, written, chunk.length - written);
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if (code !== 'ENOSPC' && code !== 'EDQUOT') throw thrown;
      return flaw('file.no_room', { folder: tmpdir(), free: 0 });
    }
    this.#bytes = whole;
    return null;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
