import { createHash, createHmac } from 'node:crypto';
import type { InstanceKey } from '../tokens/key.ts';
import type { AuditSubject } from './contract.ts';

/** A place in the chain: an entry's number and MAC (hexadecimal). */
export interface Link {
  readonly seq: number;
  readonly mac: string;
}

/** Before the first entry. */
export const START: Link = { seq: 0, mac: '0'.repeat(64) };

/** An entry as it is chained. */
export interface ChainedEntry {
  readonly seq: number;
  /** Unix milliseconds. */
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly subject: AuditSubject;
  /** Canonical JSON, as it is stored. */
  readonly before: string | null;
  readonly after: string | null;
  /** Of the instance's key that the MAC is made with; NO_KEY: it is a plain hash. */
  readonly keyId: string;
}

/**
 * Where a key's id stands, of an entry by a process without the instance's key. Anybody could make its hash; it is sealed
 * by the next entry that is made with a key, whose MAC covers it.
 */
export const NO_KEY = '';

/** The key of the chain, 32 bytes; who has it can neither find the instance's key nor verify a token with it. */
export const chainKeyOf = (key: InstanceKey): Buffer => key.hash('gatehouse audit chain');

/**
 * HMAC-SHA-256 of an entry and of the one before it, hexadecimal.
 * @param chainKey null: without a key, the plain SHA-256
 */
export const macOf = (chainKey: Uint8Array | null, entry: ChainedEntry, previous: string): string =>
  (chainKey === null ? createHash('sha256') : createHmac('sha256', chainKey))
    .update(chainedText(entry, previous))
    .digest('hex');

/**
 * The canonical JSON of an entry and of the MAC before it. Written out with its members in their order, as a log of a
 * hundred thousand entries is read whole.
 */
export const chainedText = (entry: ChainedEntry, previous: string): string => {
  const { action, actor, after, at, before, keyId, seq, subject } = entry;
  const { id, kind, name } = subject;
  return JSON.stringify({
    action,
    actor,
    after,
    at,
    before,
    keyId,
    previous,
    seq,
    subject: { id, kind, name },
  });
};

export const sameLink = (a: Link, b: Link): boolean => a.seq === b.seq && a.mac === b.mac;
