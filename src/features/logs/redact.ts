import { isSecretName } from './secret-names.ts';

/** What stands where something was taken out. */
export const REMOVED = '[removed]';

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

/** Percent-encoded, once or several times over. */
const encoded = (hex: string) => `%(?:25)*${hex}`;
const letter = (char: string) => `(?:${char}|${encoded(char.charCodeAt(0).toString(16))})`;
const alphanumeric = `(?:[0-9A-Za-z]|${encoded('(?:3[0-9]|[46][1-9A-F]|[57][0-9A])')})`;
/** A token, or what is nearly one: a typo in a secret leaves most of it. */
const token = new RegExp(
  `${letter('s')}${letter('h')}${letter('f')}(?:_|${encoded('5F')})${alphanumeric}{20,}`,
  'gi',
);
const bearer = /\b(bearer|basic|digest)(\s+)[\w.~+/=-]{8,}/gi;
const userinfo = /(:\/\/)[^/\s:@]*:[^/\s@]*@/g;

/** Percent-decoding that takes anything: what is no escape stays as it is, bytes become Latin-1. */
const decode = (text: string) =>
  text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** Free text without tokens, credentials and key-like `name=value` pairs. */
const scrub = (text: string): string =>
  scrubPairs(
    text.replace(token, REMOVED).replace(bearer, `$1$2${REMOVED}`).replace(userinfo, `$1${REMOVED}@`),
  );

/** What everything that is taken out of a text has some of; most texts have none. */
const suspicious = /[%=]|:\/\/|shf|bearer|basic|digest/i;

const NAME_CHARACTER = /[\w.%[\]-]/;
const VALUE_END = /[&;\s"#]|$/g;
const MAX_NAME = 100;

/** Takes out the values of key-like `name=value` pairs inside a longer text, as in a Referer. Linear in its length. */
function scrubPairs(text: string): string {
  let kept = '';
  let done = 0;
  for (
    let equals = text.indexOf('=');
    equals !== -1;
    equals = text.indexOf('=', Math.max(done, equals + 1))
  ) {
    let start = equals;
    while (start > done && equals - start < MAX_NAME && NAME_CHARACTER.test(text[start - 1] as string))
      start--;
    if (start === equals || !isSecretName(decode(text.slice(start, equals)))) continue;
    const quoted = text[equals + 1] === '"';
    const closing = quoted ? text.indexOf('"', equals + 2) : -1;
    VALUE_END.lastIndex = equals + 1;
    const end = closing === -1 ? (VALUE_END.exec(text)?.index ?? text.length) : closing + 1;
    if (end === equals + 1) continue;
    kept += text.slice(done, equals + 1) + REMOVED;
    done = end;
  }
  return done === 0 ? text : kept + text.slice(done);
}

/**
 * Redacts free text: a user agent, a header's value, a path. What only shows when percent-decoded (up to three
 * times) takes the whole text with it.
 */
function cleanText(text: string): string {
  if (!suspicious.test(text) || clean.has(text)) return text;
  const scrubbed = scrub(text);
  let inner = scrubbed;
  for (let depth = 0; depth < 3 && inner.includes('%'); depth++) {
    const decoded = decode(inner);
    if (decoded === inner) break;
    if (scrub(decoded) !== decoded) return REMOVED;
    inner = decoded;
  }
  if (scrubbed === text && text.length <= 300) {
    if (clean.size >= 2_000) clean.clear();
    clean.add(text);
  }
  return scrubbed;
}

/** Texts in which nothing was found: the same headers come with every request of a client. */
const clean = new Set<string>();

/** How something removed is called; a name can itself hold a token. */
const label = (kind: string, name: string) => `${kind} ${cleanText(name.toLowerCase().slice(0, 60))}`;

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
    const kept = secret ? REMOVED : cleanText(text);
    const keptName = cleanText(name);
    if (kept !== text || keptName !== name) removed.push(label('header', name));
    value.push([keptName, kept]);
  }
  return { value, removed };
}

/** Redacts a query (without its `?`): key-like parameters lose their value, tokens go wherever they stand. */
export const redactQuery = (query: string): Redacted<string> => redactPairs(query, 'query');

function redactPairs(text: string, kind: string): Redacted<string> {
  if (text === '') return { value: '', removed: [] };
  const removed: string[] = [];
  const parts = text.split(/([&;])/).map((part) => {
    if (part === '&' || part === ';' || part === '') return part;
    const equals = part.indexOf('=');
    const name = equals === -1 ? part : part.slice(0, equals);
    const value = equals === -1 ? null : part.slice(equals + 1);
    const plainName = decode(decode(name.replaceAll('+', ' ')));
    const keptName = cleanText(name);
    const keptValue =
      value === null || value === '' ? value : isSecretName(plainName) ? REMOVED : cleanText(value);
    if (keptName !== name || keptValue !== value) removed.push(label(kind, plainName));
    return keptValue === null ? keptName : `${keptName}=${keptValue}`;
  });
  return { value: parts.join(''), removed };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Redacts a body: only JSON and forms can be read field by field, so only they are kept, and only when the bytes
 * are the whole body and parse. Of anything else the type and the size stay.
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
  const text = bytes && bytes.length === wholeLength ? redactBodyText(kind, bytes) : null;
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
