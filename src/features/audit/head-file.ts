import { closeSync, existsSync, fsyncSync, readFileSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '../../base/faults.ts';
import { openPrivate, syncFolder, withDraft } from '../../db/private-file.ts';
import type { Link } from './chain.ts';

/**
 * What the head's file (`FILE.audit`, mode 0600, beside the key) says of the log's end; see decision 75. Lines are only ever put at its
 * end, so that processes need not wait for each other:
 * `done SEQ MAC` the database has this entry · `next SEQ MAC` a transaction is about to commit up to this one ·
 * `key ID KEY` the chain's key that followed from an instance's key that was retired.
 */
export interface Head {
  /** The last entry that this machine knows to be in the database; null: it has recorded nothing yet. */
  readonly done: Link | null;
  /** Of the last transaction, where it is not known whether it was committed. */
  readonly next: Link | null;
  readonly retiredKeys: ReadonlyMap<string, Buffer>;
}

/** Of a process that knows of no end. */
export const NO_HEAD: Head = { done: null, next: null, retiredKeys: new Map() };

/** From here on the file is written anew. A change takes some 300 bytes. */
const LONG = 64 * 1024;

/** A line that a crash tore is left out: nothing that follows from it had happened yet. */
const form = /^(?:(done|next) (\d{1,15}) ([0-9a-f]{64})|key ([0-9a-f]{16}) ([\w-]{43}))$/;

/** Refused with `file.denied` where it is there and cannot be read. */
export function readHead(path: string): Head {
  let done: Link | null = null;
  let next: Link | null = null;
  const retiredKeys = new Map<string, Buffer>();
  for (const line of readText(path).split('\n')) {
    const [, kind, seq, mac = '', keyId, key = ''] = form.exec(line) ?? [];
    if (keyId !== undefined) retiredKeys.set(keyId, Buffer.from(key, 'base64url'));
    if (kind === undefined) continue;
    const link = { seq: Number(seq), mac };
    if (kind === 'next') next = link;
    // A slow process says late what another has long seen.
    else if (done === null || link.seq >= done.seq) done = link;
    if (next !== null && done !== null && next.seq === done.seq && next.mac === done.mac) next = null;
  }
  return { done, next, retiredKeys };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return '';
    throw new Fault('file.denied', { path, detail: `it cannot be read (${code})` }, { cause });
  }
}

/**
 * Says, on the disk when this returns, that a transaction is about to commit entries up to `next` behind `base`. The
 * caller holds the database's write lock.
 */
export function announce(path: string, base: Link, next: Link): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const ends = [lineOf('done', base), lineOf('next', next)];
  if (size < LONG) {
    append(path, ends, true);
    return;
  }
  const keys = [...readHead(path).retiredKeys].map(([id, key]) => keyLine(id, key));
  withDraft(path, lines([...keys, ...ends]));
}

/** Says that the transaction is committed. Lost with a crash, the next one finds it out. */
export function confirm(path: string, link: Link): void {
  append(path, [lineOf('done', link)], false);
}

/** Keeps what verifies the entries under a key that is about to go. On the disk when this returns. */
export function keepRetiredKey(path: string, keyId: string, chainKey: Uint8Array): void {
  append(path, [keyLine(keyId, chainKey)], true);
}

const lineOf = (kind: 'done' | 'next', { seq, mac }: Link): string => `${kind} ${seq} ${mac}`;

const keyLine = (id: string, key: Uint8Array): string =>
  `key ${id} ${Buffer.from(key).toString('base64url')}`;

/** An empty line first: the one before may have been torn. */
const lines = (list: readonly string[]): string => `\n${list.join('\n')}\n`;

function append(path: string, list: readonly string[], synced: boolean): void {
  const isNew = !existsSync(path);
  const descriptor = openPrivate(path, 'a');
  try {
    writeSync(descriptor, lines(list));
    if (synced) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  if (isNew) syncFolder(dirname(path));
}
