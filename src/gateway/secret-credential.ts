import type { KeyRing } from '../features/tokens/key-ring.ts';

/**
 * A well-formed secret that a request shows. Its hashes follow the key ring that is in force when they are asked for:
 * the head of a connection may be older than a replacement of the key, and the request than the check that applies it.
 */
export class SecretCredential {
  readonly kind = 'secret';
  readonly #secret: string;
  readonly #ring: () => KeyRing;
  #hashedWith: KeyRing | null = null;
  #hash: Buffer = Buffer.alloc(0);
  #older: readonly Buffer[] | null = null;

  constructor(secret: string, ring: () => KeyRing) {
    this.#secret = secret;
    this.#ring = ring;
  }

  /** The HMAC under the current key, 32 bytes. */
  get hash(): Buffer {
    this.#follow();
    return this.#hash;
  }

  /** The HMACs under the older keys; only what the current key does not know needs them. */
  get older(): readonly Buffer[] {
    const { keys } = this.#follow();
    this.#older ??= keys.slice(1).map((key) => key.hash(this.#secret));
    return this.#older;
  }

  #follow(): KeyRing {
    const ring = this.#ring();
    if (ring !== this.#hashedWith) {
      this.#hash = ring.current.hash(this.#secret);
      this.#older = null;
      this.#hashedWith = ring;
    }
    return ring;
  }
}
