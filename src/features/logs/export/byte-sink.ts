import { MINUTE, SECOND } from '../../../base/clock.ts';
import { textOf } from '../segments.ts';

/** A copy of fewer bytes is done sooner here than asked for elsewhere. */
const FEW = 48;

/** Bytes that are written one piece behind the other, into a room that grows and is used again. */
export class ByteSink {
  #bytes = Buffer.allocUnsafe(2 ** 16);
  #at = 0;

  get length(): number {
    return this.#at;
  }

  byte(byte: number): void {
    if (this.#at === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#at++] = byte;
  }

  /** The bytes of `from` from `start` to `end`. */
  copy(from: Buffer, start = 0, end = from.length): void {
    const length = end - start;
    if (this.#at + length > this.#bytes.length) this.#grow(length);
    const bytes = this.#bytes;
    let at = this.#at;
    if (length < FEW) for (let next = start; next < end; next++) bytes[at++] = from[next] as number;
    else from.copy(bytes, at, start, end);
    this.#at += length;
  }

  text(text: string): void {
    this.copy(Buffer.from(text));
  }

  /** Unix milliseconds as `Date.prototype.toISOString` writes them. */
  isoTime(time: number): void {
    const begun = Math.floor(time / MINUTE) * MINUTE;
    if (begun !== this.#minute) {
      this.#minuteText = Buffer.from(new Date(begun).toISOString().slice(0, -7));
      this.#minute = begun;
    }
    const second = Math.floor((time - begun) / SECOND);
    const ms = time - begun - second * SECOND;
    this.copy(this.#minuteText);
    this.byte(ZERO + Math.floor(second / 10));
    this.byte(ZERO + (second % 10));
    this.byte(DOT);
    this.byte(ZERO + Math.floor(ms / 100));
    this.byte(ZERO + (Math.floor(ms / 10) % 10));
    this.byte(ZERO + (ms % 10));
    this.byte(Z);
  }

  /** The minute that was written last is nearly always that of the next time. */
  #minute = Number.NaN;
  #minuteText = Buffer.alloc(0);

  /** What was written since, or since the last time. */
  take(): string {
    const written = this.#bytes.subarray(0, this.#at);
    this.#at = 0;
    return textOf(written);
  }

  #grow(by: number): void {
    const more = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + by));
    this.#bytes.copy(more, 0, 0, this.#at);
    this.#bytes = more;
  }
}

const [ZERO, DOT, Z] = [48, 46, 90];
