/** How a file is compressed in this page, beside not at all. */
export type Compression = 'none' | 'gzip' | 'zstd';

const isSupported = (format: string): boolean => {
  try {
    new CompressionStream(format as CompressionFormat);
    return true;
  } catch (thrown) {
    if (thrown instanceof TypeError) return false;
    throw thrown;
  }
};

/** What this browser can. */
export const compressions: readonly Compression[] = [
  'none',
  ...(['gzip', 'zstd'] as const).filter(isSupported),
];

/** Bytes beyond this are handed to the browser, which keeps blobs out of the page's memory. */
const PART_BYTES = 4_000_000;

/** Takes text a piece at a time, as fast as it is compressed, and gives a file. */
export class BlobWriter {
  readonly #writer: WritableStreamDefaultWriter<string>;
  readonly #read: Promise<Blob[]>;
  /** Of the file so far. */
  size = 0;

  constructor(compression: Compression) {
    const encoder = new TextEncoderStream();
    this.#writer = encoder.writable.getWriter();
    const bytes: ReadableStream<Uint8Array> =
      compression === 'none'
        ? encoder.readable
        : encoder.readable.pipeThrough(
            new CompressionStream(compression as CompressionFormat) as ReadableWritablePair<
              Uint8Array,
              Uint8Array
            >,
          );
    this.#read = this.#collect(bytes);
    // Whoever waits for it hears of a failure; ended early, nobody does.
    this.#read.catch(() => undefined);
  }

  async #collect(bytes: ReadableStream<Uint8Array>): Promise<Blob[]> {
    const blobs: Blob[] = [];
    let part: Uint8Array<ArrayBuffer>[] = [];
    let length = 0;
    for await (const chunk of bytes) {
      part.push(chunk as Uint8Array<ArrayBuffer>);
      length += chunk.length;
      this.size += chunk.length;
      if (length < PART_BYTES) continue;
      blobs.push(new Blob(part));
      [part, length] = [[], 0];
    }
    return [...blobs, new Blob(part)];
  }

  write(text: string): Promise<void> {
    return this.#writer.write(text);
  }

  async close(type: string): Promise<Blob> {
    await this.#writer.close();
    return new Blob(await this.#read, { type });
  }

  /** There will be no file. */
  async abort(): Promise<void> {
    await this.#writer.abort(new Error('there will be no file'));
  }
}
