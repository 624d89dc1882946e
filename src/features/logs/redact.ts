import { cleanText, decode, REMOVED } from './free-text.ts';
import { isSecretName } from './secret-names.ts';

/** A redacted value, and what was taken out of it, as "header authorization". */
export interface Redacted<T> {
  value: T;
  removed: string[];
}

export interface RedactedBody {
  type: string;
  /** The size of the whole body. */
  bytes: number;
  /** null: not stored. */
  text: string | null;
}

/** How something removed is called; a name can itself hold a token. */
const label = (kind: string, name: string) => `${kind} ${cleanText(name.toLowerCase()).slice(0, 60)}`;

/** Redacts one text, such as the user agent; `kind` is how it is called where something was removed. */
export function redactText(text: string, kind: string): Redacted<string> {
  const value = cleanText(text);
  return { value, removed: value === text ? [] : [kind] };
}

/** Redacts a path, percent-encoded or not. */
export const redactPath = (path: string): Redacted<string> => redactText(path, 'path');

const CREDENTIALS = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key']);

/** Redacts headers: credentials and cookies whole, tokens and keys in every other value. */
export function redactHeaders(
  list: ReadonlyArray<readonly [string, string]>,
): Redacted<Array<[string, string]>> {
  const value: Array<[string, string]> = [];
  const removed: string[] = [];
  for (const [name, text] of list) {
    const secret = CREDENTIALS.has(name) || CREDENTIALS.has(name.toLowerCase()) || isSecretName(name);
    const kept = secret ? REMOVED : name.toLowerCase() === 'host' ? cleanHost(text) : cleanText(text);
    const keptName = cleanText(name);
    if (kept !== text || keptName !== name) removed.push(label('header', name));
    value.push([keptName, kept]);
  }
  return { value, removed };
}

/** The port of a host that is called like a secret is none. */
function cleanHost(text: string): string {
  const port = /:\d{1,5}$/.exec(text)?.index ?? text.length;
  return cleanText(text.slice(0, port)) + text.slice(port);
}

/** Redacts a query (without its `?`): key-like parameters lose their value, tokens go wherever they stand. */
export const redactQuery = (query: string): Redacted<string> => redactPairs(query, 'query');

function redactPairs(text: string, kind: string): Redacted<string> {
  if (text === '') return { value: '', removed: [] };
  const removed = new Set<string>();
  const parts = text.split('&').map((part) => {
    if (part === '') return part;
    const equals = part.indexOf('=');
    const name = equals === -1 ? part : part.slice(0, equals);
    const plainName = decode(decode(name.replaceAll('+', ' ')));
    const kept = redactPair(part, name, plainName);
    if (kept !== part) removed.add(label(kind, plainName));
    return kept;
  });
  return { value: parts.join('&'), removed: [...removed] };
}

/** What no name of a parameter has. Where one does, its `=` may be anywhere in what somebody wrote. */
const odd = /[^\w.[\]-]/;

function redactPair(part: string, name: string, plainName: string): string {
  const equals = name.length < part.length ? '=' : '';
  const value = part.slice(name.length + 1);
  if (value !== '' && isSecretName(plainName)) return `${cleanText(name)}=${REMOVED}`;
  return odd.test(plainName) ? cleanText(part) : `${cleanText(name)}${equals}${cleanText(value)}`;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A larger body is not looked through, as that takes its time in the event loop. */
const MAX_READ_BYTES = 64 * 2 ** 10;

/**
 * Redacts a body: only JSON and forms can be read field by field, so only they are kept, and only when the bytes
 * are the whole body, not too many, and parse. Of anything else the type and the size stay.
 * @param type the Content-Type header, parameters included
 * @param bytes what was read of the body, or null where nothing was
 * @param wholeLength the size of the whole body in bytes
 */
export function redactBody(
  type: string | null,
  bytes: Uint8Array | null,
  wholeLength: number,
): Redacted<RedactedBody | null> {
  if (wholeLength === 0) return { value: null, removed: [] };
  const kind = redactText(type ?? '', 'header content-type').value.slice(0, 200);
  const whole = bytes !== null && bytes.length === wholeLength && wholeLength <= MAX_READ_BYTES;
  const text = whole ? redactBodyText(kind, bytes) : null;
  return {
    value: { type: kind, bytes: wholeLength, text: text?.value ?? null },
    removed: text?.removed ?? [],
  };
}

function redactBodyText(type: string, bytes: Uint8Array): Redacted<string> | null {
  const media = type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const json = media === 'application/json' || /^application\/[\w.-]+\+json$/.test(media);
  const form = media === 'application/x-www-form-urlencoded';
  if (!json && !form) return null;
  const text = decodeUtf8(bytes);
  if (text === null) return null;
  if (form) return redactPairs(text, 'body');
  const removed = new Set<string>();
  const parsed = parseJson(text);
  if (parsed === undefined) return null;
  const walked = redactJson(parsed, removed, 0);
  // Always written anew: of a field that stands twice the parser keeps only the last.
  return walked === undefined ? null : { value: JSON.stringify(walked), removed: [...removed] };
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch (thrown) {
    if (thrown instanceof TypeError) return null;
    throw thrown;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SyntaxError || thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}

const MAX_DEPTH = 100;

/** The value without its secrets, or undefined where it is nested too deeply to be looked through. */
function redactJson(value: unknown, removed: Set<string>, depth: number): unknown {
  if (depth > MAX_DEPTH) return undefined;
  if (typeof value === 'string') return redactJsonString(value, removed, depth);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => redactJson(item, removed, depth + 1));
    return items.includes(undefined) ? undefined : items;
  }
  // Entries, not assignments: a field may be called __proto__.
  const entries: Array<[string, unknown]> = [];
  for (const [name, inner] of Object.entries(value)) {
    const secret = isSecretName(name);
    const kept = secret ? REMOVED : redactJson(inner, removed, depth + 1);
    if (kept === undefined) return undefined;
    const keptName = cleanText(name);
    if (secret || keptName !== name) removed.add(label('body', name));
    entries.push([keptName, kept]);
  }
  return Object.fromEntries(entries);
}

/** A string may itself be JSON. */
function redactJsonString(text: string, removed: Set<string>, depth: number): unknown {
  const first = text.trimStart()[0];
  if (first === '{' || first === '[' || first === '"') {
    const parsed = parseJson(text);
    if (parsed !== undefined) {
      const inner = new Set<string>();
      const walked = redactJson(parsed, inner, depth + 1);
      if (walked === undefined) return undefined;
      for (const name of inner) removed.add(name);
      return inner.size > 0 ? JSON.stringify(walked) : text;
    }
  }
  const kept = cleanText(text);
  if (kept !== text) removed.add('body text');
  return kept;
}
