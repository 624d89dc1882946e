import { hash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '../../base/faults.ts';

/** The key under which an instance's secrets are hashed. It never lies in the database. */
export interface InstanceKey {
  /** Kept on every row that was hashed with this key, so that a key can be replaced. */
  readonly id: string;
  /** HMAC-SHA-256 of a secret, 32 bytes. */
  hash(secret: string): Buffer;
}

const KEY_VARIABLE = 'GATEHOUSE_KEY';
const form = /^ghk1_[A-Za-z0-9_-]{43}$/;

/** Where the key of an instance lies, unless the environment has it. */
export const keyFileOf = (instanceFile: string): string => `${instanceFile}.key`;

/**
 * The key of an instance, from `FILE.key` or, before it, from the environment variable `GATEHOUSE_KEY`.
 * Refused with `key.missing` where there is none, and with `key.invalid` where it is not a key.
 */
export function openKey(instanceFile: string): InstanceKey {
  const fromEnvironment = process.env[KEY_VARIABLE];
  if (fromEnvironment) return keyFrom(fromEnvironment, `in ${KEY_VARIABLE}`);
  const path = keyFileOf(instanceFile);
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new Fault('key.missing', { path }, { cause });
    throw new Fault('key.invalid', { path, detail: 'it cannot be read' }, { cause });
  }
  return keyFrom(text, path);
}

/**
 * The key for an instance that does not exist yet: a new one in `FILE.key` (mode 0600, on the disk when this
 * returns), or the one that is there already or in the environment. Of several processes that do this at once
 * one makes the key and all get it.
 */
export function createKey(instanceFile: string): InstanceKey {
  if (process.env[KEY_VARIABLE]) return openKey(instanceFile);
  const path = keyFileOf(instanceFile);
  // Written whole under another name and then linked: nobody ever reads half a key.
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const descriptor = openDraft(draft, path);
  try {
    writeSync(descriptor, `ghk1_${randomBytes(32).toString('base64url')}\n`);
    fsyncSync(descriptor);
    linkSync(draft, path);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
  } finally {
    closeSync(descriptor);
    rmSync(draft);
  }
  syncFolder(dirname(path));
  return openKey(instanceFile);
}

function openDraft(draft: string, path: string): number {
  try {
    return openSync(draft, 'wx', 0o600);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Fault('file.denied', { path, detail: `it cannot be made (${code})` }, { cause });
  }
}

function keyFrom(text: string, path: string): InstanceKey {
  const line = text.trim();
  if (!form.test(line))
    throw new Fault('key.invalid', { path, detail: 'it does not hold one line of the form ghk1_…' });
  const key = Buffer.from(line.slice('ghk1_'.length), 'base64url');
  const hmac = hmacWith(key);
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

/** A file's name is only on the disk once its folder is synced; Windows has no such call and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
