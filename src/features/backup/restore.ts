import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { type Clock, systemClock } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import { takeFileLock } from '../../db/file-lock.ts';
import { checkFile } from '../../db/instance-file.ts';
import { whatIsDamaged } from '../../db/integrity.ts';
import { openSqlite } from '../../db/open.ts';
import { placeOfFile } from '../../db/place.ts';
import { syncPath } from '../../db/sync-path.ts';
import { endAllSessions } from '../admins/end-all-sessions.ts';
import { journalFolder, logsFolder } from '../logs/paths.ts';
import { readKeyRing } from '../tokens/key-ring.ts';
import { unpack } from './archive.ts';
import { INSTANCE, isDatabase, type Manifest, manifest } from './manifest.ts';

export interface Restored {
  /** The absolute path of the new main file. */
  readonly file: string;
  readonly keyFrom: 'option' | 'backup' | 'beside' | 'environment';
  /** Keys that old secrets still hang on and that were not found: tokens with those secrets are dead. */
  readonly keysLacking: readonly string[];
  readonly manifest: Manifest;
}

/**
 * Unpacks a backup as a new instance, once all of it is known to be whole: each file as the manifest says, each
 * database as SQLite says, and the key the one that its secrets hang on. Until then there is no file named `to`.
 * Every admin session has ended in it. Its log is complete when it is first opened: the journal's rest is replayed then.
 * @param options.keyFile has the keys; else the backup has them, or they lie beside `to` already, or in the environment
 * @throws Fault `file.exists`, `file.denied`, `backup.invalid`, `backup.key`, `key.invalid`, and `file.invalid` from a newer version
 */
export async function restoreBackup(
  archive: string,
  to: string,
  options: { keyFile?: string | undefined; clock?: Clock } = {},
): Promise<Restored> {
  const { clock = systemClock } = options;
  const [path, file] = [resolve(archive), resolve(to)];
  refuseToOverwrite(file);
  if (!existsSync(dirname(file)))
    throw new Fault('file.denied', { path: file, detail: 'its folder does not exist' });
  const folder = mkdtempSync(`${file}.restoring-`);
  try {
    const said = await unpackWhole(path, folder);
    const unpacked = join(folder, INSTANCE);
    checkFile(unpacked);
    const keyFrom = placeKey(unpacked, file, options.keyFile, said);
    const keysLacking = lackingKeys(unpacked, said);
    refuseToOverwrite(file);
    putInPlace(unpacked, file, keyFrom, clock.now());
    return { file, keyFrom, keysLacking, manifest: said };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A key that lies there already is welcome; anything else of an instance is not touched. */
function refuseToOverwrite(file: string): void {
  const others = [
    file,
    `${file}-wal`,
    `${file}-shm`,
    logsFolder(file),
    journalFolder(file),
    placeOfFile(file).auditHead,
  ];
  const taken = others.find((path) => existsSync(path));
  if (taken !== undefined) throw new Fault('file.exists', { path: taken });
  // Files that were moved away from under a gateway are still its own.
  if (!existsSync(`${file}.lock`)) return;
  const lock = takeFileLock(file);
  if (lock === null) throw new Fault('file.denied', { path: file, detail: 'a gateway still holds its lock' });
  lock.release();
}

async function unpackWhole(path: string, folder: string): Promise<Manifest> {
  const refuse = (detail: string) => new Fault('backup.invalid', { path, detail });
  const { files, manifest: text } = await unpack(path, folder);
  if (text === null) throw refuse('it was cut off: its manifest, which comes last, is missing');
  const said = readManifest(text);
  if (said === null) throw refuse('its manifest is not one that this version knows');
  for (const entry of said.files) {
    const found = files.find(({ name }) => name === entry.name);
    if (found?.sha256 !== entry.sha256 || found.bytes !== entry.bytes)
      throw refuse(`${entry.name} is not what was backed up`);
  }
  const extra = files.find(({ name }) => !said.files.some((entry) => entry.name === name));
  if (extra !== undefined) throw refuse(`its manifest does not know ${extra.name}`);
  if (!files.some(({ name }) => name === INSTANCE)) throw refuse(`${INSTANCE} is missing`);
  for (const { name } of files) {
    const damage = isDatabase(name) ? whatIsDamaged(join(folder, name)) : null;
    if (damage !== null) throw refuse(`${name} is damaged: ${damage}`);
  }
  return said;
}

function readManifest(text: string): Manifest | null {
  try {
    return manifest.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Puts the key beside what was unpacked, so that it can be tried before anything is in its place. */
function placeKey(
  unpacked: string,
  file: string,
  keyFile: string | undefined,
  { keyId }: Manifest,
): Restored['keyFrom'] {
  const own = placeOfFile(unpacked).keyFile;
  const beside = placeOfFile(file).keyFile;
  if (process.env.GATEHOUSE_KEY) return 'environment';
  if (keyFile !== undefined) {
    if (existsSync(beside)) throw new Fault('file.exists', { path: beside });
    if (!existsSync(keyFile)) throw new Fault('backup.key', { id: keyId, path: beside });
    rmSync(own, { force: true });
    copyFileSync(keyFile, own);
    return 'option';
  }
  if (existsSync(beside)) {
    rmSync(own, { force: true });
    copyFileSync(beside, own);
    return 'beside';
  }
  if (existsSync(own)) return 'backup';
  throw new Fault('backup.key', { id: keyId, path: beside });
}

/** Refuses keys without the current one; names the older ones that are lacking. */
function lackingKeys(unpacked: string, { keyId }: Manifest): string[] {
  const known = new Set(readKeyRing(placeOfFile(unpacked)).keys.map((key) => key.id));
  if (!known.has(keyId))
    throw new Fault('key.invalid', {
      path: 'that was given',
      detail: `it lacks ${keyId}, the current key of the instance that was backed up`,
    });
  const file = new Database(unpacked, { readonly: true });
  try {
    const used = file.prepare('SELECT DISTINCT key_id FROM token_secret').pluck().all() as string[];
    return used.filter((id) => !known.has(id));
  } finally {
    file.close();
  }
}

/** The main file last: an instance is there when all of it is. */
function putInPlace(unpacked: string, file: string, keyFrom: Restored['keyFrom'], now: number): void {
  // A database that was only read may have left these, empty.
  for (const suffix of ['-wal', '-shm']) rmSync(unpacked + suffix, { force: true });
  if (keyFrom === 'option' || keyFrom === 'backup')
    renameSync(placeOfFile(unpacked).keyFile, placeOfFile(file).keyFile);
  for (const part of [logsFolder, journalFolder, (of: string) => placeOfFile(of).auditHead])
    if (statSync(part(unpacked), { throwIfNoEntry: false })) renameSync(part(unpacked), part(file));
  // Nobody holds it, and nobody is signed in: that was so when the backup was made, and may have changed since.
  const main = openSqlite(unpacked);
  main.prepare('DELETE FROM gateway_process').run();
  endAllSessions(main, now);
  main.close();
  renameSync(unpacked, file);
  syncPath(dirname(file));
}
