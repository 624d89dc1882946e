import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { list, type ReadEntry, replace } from 'tar';
import { Fault } from '../../base/faults.ts';
import { entryName, MANIFEST, type StoredFile } from './manifest.ts';

/** Appends the file `name` of `folder` to the archive, and says what it was. */
export async function append(archive: string, folder: string, name: string): Promise<StoredFile> {
  const stored = await checksum(folder, name);
  await replace({ file: archive, cwd: folder, portable: true }, [name]);
  return stored;
}

async function checksum(folder: string, name: string): Promise<StoredFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(createReadStream(join(folder, name)), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  });
  return { name, bytes, sha256: hash.digest('hex') };
}

/** What an archive holds. */
export interface Unpacked {
  readonly files: readonly StoredFile[];
  /** The manifest's text; null where there is none. */
  readonly manifest: string | null;
}

/** The manifest names each file once; for years of days this is room enough. */
const MOST_MANIFEST_BYTES = 4 * 2 ** 20;

/** Unpacks an archive into a folder, for its owner only. Refused with `backup.invalid` where it is not one of ours. */
export async function unpack(archive: string, folder: string): Promise<Unpacked> {
  const refuse = (detail: string, cause?: unknown) =>
    new Fault('backup.invalid', { path: archive, detail }, { cause });
  const files: StoredFile[] = [];
  const names = new Set<string>();
  const manifest: Buffer[] = [];
  let hasManifest = false;
  let fault: Error | null = null;

  const take = (entry: ReadEntry): void => {
    if (fault !== null) return;
    if (hasManifest || names.has(entry.path) || entry.type !== 'File') {
      fault = refuse(`it has an entry that does not belong there (${entry.path})`);
    } else if (entry.path === MANIFEST && entry.size <= MOST_MANIFEST_BYTES) {
      hasManifest = true;
      entry.on('data', (chunk) => manifest.push(chunk));
    } else if (entryName.safeParse(entry.path).success) {
      names.add(entry.path);
      write(entry, join(folder, entry.path), (stored) => files.push({ name: entry.path, ...stored }));
    } else fault = refuse(`it has an entry that does not belong there (${entry.path})`);
  };
  try {
    await list({
      file: archive,
      strict: true,
      onReadEntry: (entry) => {
        try {
          take(entry);
        } catch (thrown) {
          fault = thrown as Error;
        }
      },
    });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw refuse(code === 'ENOENT' ? 'it is not there' : 'it is not a whole tar archive', cause);
  }
  if (fault !== null) throw fault;
  return { files, manifest: hasManifest ? Buffer.concat(manifest).toString() : null };
}

/** Writes an entry as it comes: in a command of its own, nothing else waits for this thread. */
function write(entry: ReadEntry, path: string, done: (of: Omit<StoredFile, 'name'>) => void): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fd = openSync(path, 'wx', 0o600);
  const hash = createHash('sha256');
  let bytes = 0;
  entry.on('data', (chunk) => {
    hash.update(chunk);
    for (let at = 0; at < chunk.length; ) at += writeSync(fd, chunk, at);
    bytes += chunk.length;
  });
  entry.on('end', () => {
    fsyncSync(fd);
    closeSync(fd);
    done({ bytes, sha256: hash.digest('hex') });
  });
}
