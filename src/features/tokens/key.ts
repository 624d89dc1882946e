import { hash, randomBytes } from 'node:crypto';

/** A key under which an instance's secrets are hashed. It never lies in the database. */
export interface InstanceKey {
  /** Kept on every row that was hashed with this key, so that a key can be replaced. It follows from the key. */
  readonly id: string;
  /** HMAC-SHA-256 of a secret, 32 bytes. */
  hash(secret: string): Buffer;
}

const MARK = 'ghk1_';
const form = /^ghk1_[A-Za-z0-9_-]{43}$/;

/** A new key as it is written down, from 32 random bytes. */
export const makeKeyText = (): string => MARK + randomBytes(32).toString('base64url');

/** The key that is written as `text`, or null where that is none. */
export function keyFrom(text: string): InstanceKey | null {
  if (!form.test(text)) return null;
  const hmac = hmacWith(Buffer.from(text.slice(MARK.length), 'base64url'));
  // A secret begins with shf_, so this can never be the hash of one.
  const id = hmac('gatehouse key id').toString('hex').slice(0, 16);
  return { id, hash: hmac };
}

const BLOCK = 64;

/**
 * HMAC-SHA-256 after RFC 2104 with a key of at most 64 bytes. The gateway does this with every request: Node's own
 * `createHmac` makes a key object each time, which costs several times the two hashes.
 */
export function hmacWith(key: Uint8Array): (value: string) => Buffer {
  const padded = (byte: number): Buffer => Buffer.alloc(BLOCK).map((_, i) => (key[i] ?? 0) ^ byte) as Buffer;
  const inner = padded(0x36);
  const outer = Buffer.concat([padded(0x5c), Buffer.alloc(32)]);
  return (value) => {
    hash('sha256', Buffer.concat([inner, Buffer.from(value)]), 'buffer').copy(outer, BLOCK);
    return hash('sha256', outer, 'buffer');
  };
}
