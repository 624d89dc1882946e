import { linkSync, readFileSync } from 'node:fs';
import { Fault } from '../../base/faults.ts';
import type { InstancePlace } from '../../db/place.ts';
import { withDraft } from '../../db/private-file.ts';
import { type InstanceKey, keyFrom, makeKeyText } from './key.ts';

/**
 * The keys of an instance: the current one, under which new secrets are hashed, and older ones that can still verify.
 * In the key file (or the environment variable `GATEHOUSE_KEY`) each is written as `ghk1_…` with its id behind it, the
 * current one first; an id may be left out.
 */
export interface KeyRing {
  readonly current: InstanceKey;
  /** All of them, the current one first. */
  readonly keys: readonly InstanceKey[];
  readonly source: 'file' | 'environment' | 'memory';
}

/** The key ring as it was last read, and a way to read it again: another process may have replaced the key. */
export interface InstanceKeys {
  /** Refused with `key.absent` where this process has none. */
  readonly ring: KeyRing;
  readonly present: boolean;
  /** Faults as `readKeyRing`'s. */
  reload(): KeyRing;
}

/** Where keys are before all in the key file. */
export const KEY_VARIABLE = 'GATEHOUSE_KEY';
/** A credential that nobody has costs an HMAC under each. */
export const MOST_KEYS = 8;

/** Where a process has the keys of its instance from. */
export type KeySource = Pick<InstancePlace, 'keyFile' | 'keyText'>;

/**
 * The keys of an instance, from its key file or, before it, from `GATEHOUSE_KEY`; what the process was opened with comes
 * before both. Refused with `key.absent` where
 * this process has neither, with `key.missing` where the file is not there, and with `key.invalid` where it is not a
 * key ring.
 */
export function readKeyRing({ keyFile, keyText }: KeySource): KeyRing {
  if (keyText !== undefined) return readKeyText(keyText);
  const fromEnvironment = process.env[KEY_VARIABLE];
  if (fromEnvironment) return ringOf(parse(fromEnvironment, `in ${KEY_VARIABLE}`), 'environment');
  if (keyFile === null) throw new Fault('key.absent', { variable: KEY_VARIABLE });
  return ringOf(parse(readKeyFile(keyFile), keyFile), 'file');
}

/** The keys that were given as the text of a key file. Refused with `key.invalid`. */
export const readKeyText = (text: string): KeyRing => ringOf(parse(text, 'that was given'), 'memory');

/** Does this process have the keys of its instance? Without them it can neither make a secret nor know one. */
export const hasKeys = ({ keyFile, keyText }: KeySource): boolean =>
  keyText !== undefined || keyFile !== null || Boolean(process.env[KEY_VARIABLE]);

/**
 * The keys of an instance, kept for a process that runs on. Where it has none, asking for them is refused with
 * `key.absent`.
 */
export function keepKeys(source: KeySource): InstanceKeys {
  let ring = hasKeys(source) ? readKeyRing(source) : null;
  return {
    get ring() {
      ring ??= readKeyRing(source);
      return ring;
    },
    get present() {
      return hasKeys(source);
    },
    reload() {
      ring = readKeyRing(source);
      return ring;
    },
  };
}

/**
 * The key ring for an instance that does not exist yet: a new key in its key file (mode 0600, on the disk when this
 * returns), or what is there already or in the environment. Of several processes that do this at once one makes the
 * key and all get it.
 */
export function createKeyRing(source: KeySource): KeyRing {
  if (!process.env[KEY_VARIABLE] && source.keyFile !== null)
    withDraft(source.keyFile, linesOf([makeKeyText()]), (draft, path) => {
      try {
        linkSync(draft, path);
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
      }
    });
  return readKeyRing(source);
}

/**
 * Puts a new key before the others in the key file, and returns the ring. The caller holds the database's write lock,
 * so that two processes do not write at once. Refused with `key.environment`, `key.elsewhere` and `key.many`.
 */
export function addKey(source: KeySource): KeyRing {
  const { path, texts } = ownTexts(source);
  if (texts.length >= MOST_KEYS) throw new Fault('key.many', { most: MOST_KEYS });
  return rewrite(path, [makeKeyText(), ...texts]);
}

/** Takes the key `id` out of the key file, and returns the ring. As `addKey`, under the database's write lock. */
export function removeKey(source: KeySource, id: string): KeyRing {
  const { path, texts } = ownTexts(source);
  return rewrite(
    path,
    texts.filter((text) => keyFrom(text)?.id !== id),
  );
}

interface StoredKey {
  readonly text: string;
  readonly key: InstanceKey;
}

function ringOf(stored: readonly StoredKey[], source: KeyRing['source']): KeyRing {
  const keys = stored.map(({ key }) => key);
  return { current: keys[0] as InstanceKey, keys, source };
}

/** A key file's text. @throws Fault `key.missing`, `key.invalid` */
export function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new Fault('key.missing', { path }, { cause });
    throw new Fault('key.invalid', { path, detail: 'it cannot be read' }, { cause });
  }
}

/** At least one key, each at most once. Words, so that an environment variable can hold several on one line. */
function parse(text: string, path: string): StoredKey[] {
  const refuse = (detail: string) => new Fault('key.invalid', { path, detail });
  const stored: StoredKey[] = [];
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const key = keyFrom(word);
    if (key === null) {
      // The id behind a key is for people; where it does not fit, somebody has mixed up lines.
      if (/^[0-9a-f]{16}$/.test(word) && stored.at(-1)?.key.id === word) continue;
      throw refuse('it does not hold keys of the form ghk1_…, each with its own id behind it');
    }
    if (stored.some((known) => known.key.id === key.id)) throw refuse(`it holds the key ${key.id} twice`);
    stored.push({ text: word, key });
  }
  if (stored.length === 0) throw refuse('it does not hold a line of the form ghk1_…');
  if (stored.length > MOST_KEYS) throw refuse(`it holds more than ${MOST_KEYS} keys`);
  return stored;
}

function ownTexts({ keyFile, keyText }: KeySource): { path: string; texts: string[] } {
  if (keyText !== undefined) throw new Fault('key.elsewhere');
  if (process.env[KEY_VARIABLE]) throw new Fault('key.environment', { variable: KEY_VARIABLE });
  if (keyFile === null) throw new Fault('key.absent', { variable: KEY_VARIABLE });
  return { path: keyFile, texts: parse(readKeyFile(keyFile), keyFile).map(({ text }) => text) };
}

function rewrite(keyFile: string, texts: readonly string[]): KeyRing {
  withDraft(keyFile, linesOf(texts));
  return readKeyRing({ keyFile });
}

const linesOf = (texts: readonly string[]): string =>
  texts.map((text) => `${text} ${keyFrom(text)?.id}\n`).join('');
