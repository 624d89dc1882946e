import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '../base/faults.ts';

/**
 * Writes `text` whole under another name, for its owner only, and has `put` bring it to `path`: nobody ever reads half
 * of it. On the disk when this returns. Refused with `file.denied`.
 */
export function withDraft(
  path: string,
  text: string,
  put: (draft: string, path: string) => void = renameSync,
): void {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const descriptor = openPrivate(draft, 'wx', path);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
    put(draft, path);
  } finally {
    closeSync(descriptor);
    rmSync(draft, { force: true });
  }
  syncFolder(dirname(path));
}

/** Opens a file that is made, where it is made, with mode 0600. @param named the path in the fault */
export function openPrivate(path: string, flags: 'wx' | 'a', named: string = path): number {
  try {
    return openSync(path, flags, 0o600);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Fault('file.denied', { path: named, detail: `it cannot be made (${code})` }, { cause });
  }
}

/** A file's name is only on the disk once its folder is synced; Windows has no such call and needs none. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
