/** The number of no text. */
export const NO_TEXT = 0;

/** What `TextTable.number` answers where there is no room for another text. */
export const FULL = -1;

/** The texts of one file may be so many, and so many bytes together: a log has few names and addresses beside its rows. */
const MOST_TEXTS = 800_000;
const MOST_BYTES = 24 * 1024 * 1024;

/**
 * Gives each different text a number, from its bytes: the same few names stand in millions of lines, and are decoded
 * once. Numbers begin with 1.
 */
export class TextTable {
  #slots = new Int32Array(1 << 12);
  #hashes = new Int32Array(1 << 11);
  #ends = new Uint32Array(1 << 11);
  #bytes: Buffer = Buffer.allocUnsafe(1 << 16);
  #count = 0;
  readonly #decoded: (string | undefined)[] = [];
  /** Nobody outside can choose texts that fall on one slot. */
  readonly #seed = (Math.random() * 2 ** 31) | 0;

  /** How many texts there are: their numbers are 1 to this. */
  get size(): number {
    return this.#count;
  }

  /** The number of the text in `bytes`, which must be UTF-8; FULL where it is new and there is no room. */
  number(bytes: Uint8Array, from: number, to: number): number {
    let hash = this.#seed ^ (to - from);
    let at = from;
    // Four at once: to multiply is what takes long.
    for (const end = to - 3; at < end; at += 4) {
      const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
      const high = (bytes[at + 2] as number) | ((bytes[at + 3] as number) << 8);
      hash = Math.imul(hash ^ low ^ (high << 16), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    for (; at < to; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
    hash ^= hash >>> 13;
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const known = this.#slots[slot] as number;
      if (known === 0) return this.#add(bytes, from, to, hash, slot);
      if (this.#hashes[known] === hash && this.#isSame(known, bytes, from, to)) return known;
    }
  }

  /** The number of a text. */
  numberOf(text: string): number {
    const bytes = Buffer.from(text);
    return this.number(bytes, 0, bytes.length);
  }

  /** The text of a number; null for NO_TEXT. */
  text(number: number): string | null {
    if (number === NO_TEXT) return null;
    this.#decoded[number] ??= this.#bytes.toString('utf8', this.#start(number), this.#ends[number]);
    return this.#decoded[number];
  }

  #start(number: number): number {
    return this.#ends[number - 1] as number;
  }

  #isSame(number: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.#start(number);
    if ((this.#ends[number] as number) - start !== to - from) return false;
    for (let at = from, own = start; at < to; at++, own++) if (this.#bytes[own] !== bytes[at]) return false;
    return true;
  }

  #add(bytes: Uint8Array, from: number, to: number, hash: number, slot: number): number {
    const start = this.#ends[this.#count] as number;
    const end = start + to - from;
    if (end > MOST_BYTES || this.#count + 1 >= MOST_TEXTS) return FULL;
    if (end > this.#bytes.length) this.#bytes = grown(this.#bytes, Math.max(end, this.#bytes.length * 2));
    this.#bytes.set(bytes.subarray(from, to), start);
    const number = ++this.#count;
    if (number === this.#ends.length) {
      const [ends, hashes] = [new Uint32Array(number * 2), new Int32Array(number * 2)];
      ends.set(this.#ends);
      hashes.set(this.#hashes);
      [this.#ends, this.#hashes] = [ends, hashes];
    }
    this.#ends[number] = end;
    this.#hashes[number] = hash;
    this.#slots[slot] = number;
    if (number * 2 > this.#slots.length) this.#widen();
    return number;
  }

  #widen(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let number = 1; number <= this.#count; number++) {
      let slot = (this.#hashes[number] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number;
    }
    this.#slots = slots;
  }
}

function grown(buffer: Buffer, size: number): Buffer {
  const larger = Buffer.allocUnsafe(size);
  buffer.copy(larger);
  return larger;
}
