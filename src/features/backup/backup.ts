import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import about from '../../../package.json' with { type: 'json' };
import { type Clock, systemClock } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import { checkFile, makeFile } from '../../db/instance-file.ts';
import { whatIsDamaged } from '../../db/integrity.ts';
import type { SqliteFile } from '../../db/open.ts';
import { placeOfFile } from '../../db/place.ts';
import { syncPath } from '../../db/sync-path.ts';
import { keptSegmentPath } from '../logs/kept-segments.ts';
import { journalFolder } from '../logs/paths.ts';
import { segmentPath } from '../logs/segments.ts';
import { readKeyRing } from '../tokens/key-ring.ts';
import { append } from './archive.ts';
import { copySegment } from './held-segments.ts';
import { INSTANCE, MANIFEST, type Manifest, type StoredFile } from './manifest.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';

export interface Backup {
  /** The archive's absolute path. */
  readonly path: string;
  readonly bytes: number;
  readonly withKey: boolean;
  readonly manifest: Manifest;
}

/**
 * Packs an instance, as it is at one moment, into a new archive, beside a gateway that serves or none. The keys are
 * only in it where `withKey` says so. Refused with `file.exists`, `file.invalid`, `backup.damaged` (a database of the
 * instance is) and, with keys, as readKeyRing, or `key.environment` where they lie in no file.
 */
export async function makeBackup(
  instanceFile: string,
  out: string,
  options: { withKey?: boolean; clock?: Clock } = {},
): Promise<Backup> {
  const { withKey = false, clock = systemClock } = options;
  const [file, path] = [resolve(instanceFile), resolve(out)];
  if (existsSync(path)) throw new Fault('file.exists', { path });
  if (!existsSync(dirname(path)))
    throw new Fault('file.denied', { path, detail: 'its folder does not exist' });
  if (!existsSync(file)) throw new Fault('file.invalid', { path: file, detail: 'it does not exist' });
  checkFile(file);
  if (withKey && readKeyRing(placeOfFile(file)).source === 'environment')
    throw new Fault('key.environment', { variable: 'GATEHOUSE_KEY' });

  // Beside the archive, as that is where there is room.
  const folder = mkdtempSync(`${path}.partial-`);
  try {
    const archive = join(folder, 'archive.tar');
    makeFile(archive);
    const manifest = await pack(file, archive, folder, { withKey, clock });
    const bytes = syncPath(archive);
    put(archive, path);
    return { path, bytes, withKey, manifest };
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') throw new Fault('file.exists', { path });
    throw thrown;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    syncPath(dirname(path));
  }
}

/** A link never replaces what another process has put there meanwhile; some file systems have none. */
function put(archive: string, path: string): void {
  try {
    linkSync(archive, path);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST' || existsSync(path)) throw thrown;
    renameSync(archive, path);
  }
}

async function pack(
  file: string,
  archive: string,
  folder: string,
  { withKey, clock }: { withKey: boolean; clock: Clock },
): Promise<Manifest> {
  for (const part of ['logs', 'journal']) mkdirSync(join(folder, `${INSTANCE}.${part}`), { mode: 0o700 });
  const files: StoredFile[] = [];
  /** One after the other, so that beside the archive there is room for its largest file, not for all. */
  const take = async (name: string) => {
    files.push(await append(archive, folder, name));
    rmSync(join(folder, name));
  };
  const snapshot = takeSnapshot(file);
  try {
    const madeAt = new Date(clock.now()).toISOString();
    const said = describe(snapshot, file);
    for (const database of snapshot.databases) {
      const copy = join(folder, database.name);
      makeFile(copy);
      await database.file.backup(copy);
      snapshot.release(database);
      const damage = whatIsDamaged(copy);
      if (damage !== null) throw new Fault('backup.damaged', { name: database.name, detail: damage });
      for (const suffix of ['-wal', '-shm']) rmSync(copy + suffix, { force: true });
      await take(database.name);
    }
    if (snapshot.auditHead !== null) {
      const name = `${INSTANCE}.audit`;
      writeFileSync(join(folder, name), snapshot.auditHead, { mode: 0o600 });
      await take(name);
    }
    for (const number of snapshot.kept) {
      const name = `${INSTANCE}.logs/${basename(keptSegmentPath(file, number))}`;
      if (copyKeptSegment(file, number, join(folder, name))) await take(name);
    }
    for (const segment of snapshot.segments) {
      const name = `${INSTANCE}.journal/${String(segment.number).padStart(10, '0')}.jnl`;
      copySegment(segment, join(folder, name));
      await take(name);
    }
    if (withKey) {
      copyFileSync(placeOfFile(file).keyFile, join(folder, `${INSTANCE}.key`));
      await take(`${INSTANCE}.key`);
    }
    const manifest: Manifest = {
      format: 'gatehouse-backup',
      version: 1,
      madeAt,
      madeBy: about.version,
      ...said,
      files,
    };
    writeFileSync(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    await append(archive, folder, MANIFEST);
    return manifest;
  } finally {
    snapshot.close();
  }
}

/** Copies a segment that nothing is added to any more; false where retention has taken it, with its days. */
function copyKeptSegment(instanceFile: string, number: number, to: string): boolean {
  // It may be moved from one place to the other meanwhile.
  const kept = keptSegmentPath(instanceFile, number);
  for (const path of [kept, segmentPath(journalFolder(instanceFile), number), kept]) {
    if (!existsSync(path)) continue;
    copyFileSync(path, to);
    return true;
  }
  return false;
}

/** Whose backup it is, by the held main file. */
function describe({ databases }: Snapshot, path: string): Pick<Manifest, 'instanceId' | 'keyId' | 'schema'> {
  const main = databases.find(({ name }) => name === INSTANCE)?.file;
  if (main === undefined) throw new Fault('file.invalid', { path, detail: 'it is still being made' });
  return {
    instanceId: settingOf(main, 'instance.id'),
    keyId: settingOf(main, 'key.id'),
    schema: main.prepare('SELECT max(name) FROM kysely_migration').pluck().get() as string,
  };
}

const settingOf = (main: SqliteFile, name: string): string =>
  (main.prepare('SELECT value FROM setting WHERE name = ?').pluck().get(name) as string | undefined) ?? '';
