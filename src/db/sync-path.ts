import { closeSync, fstatSync, fsyncSync, openSync } from 'node:fs';

/**
 * Has the disk take what a file, or a folder's list of names, says. Windows has no such call for folders and needs
 * none. @returns the size in bytes
 */
export function syncPath(path: string): number {
  const fd = openSync(path, 'r');
  try {
    const stat = fstatSync(fd);
    if (process.platform !== 'win32') fsyncSync(fd);
    return stat.size;
  } finally {
    closeSync(fd);
  }
}
