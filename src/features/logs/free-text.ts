import { isSecretName } from './secret-names.ts';

/** What stands where something was taken out. */
export const REMOVED = '[removed]';

/** Percent-encoded, once or several times over. */
const encoded = (hex: string) => `%(?:25)*${hex}`;
const letter = (char: string) => `(?:${char}|${encoded(char.charCodeAt(0).toString(16))})`;
const alphanumeric = `(?:[0-9A-Za-z]|${encoded('(?:3[0-9]|[46][1-9A-F]|[57][0-9A])')})`;
/** A token, or what is nearly one: a typo in a secret leaves most of it; a bound, the beginning and an ellipsis. */
const token = new RegExp(
  `${letter('s')}${letter('h')}${letter('f')}(?:_|${encoded('5F')})(?:${alphanumeric}{20,}|${alphanumeric}+(?=…))`,
  'gi',
);
const bearer = /\b(bearer|basic|digest)(\s+)[\w.~+/=-]{8,}/gi;
const userinfo = /(:\/\/)[^/\s:@]*:[^/\s@]*@/g;

/** What everything that is taken out of a text has some of; most texts, and times like 2026-11-24T10:00:00Z, have none. */
const suspicious = /[%=]|(?<!\dT\d\d|\dT\d\d:\d\d):|shf|bearer|basic|digest/i;

/** Percent-decoding that takes anything: what is no escape stays as it is, bytes become Latin-1. */
export const decode = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/**
 * Free text (a user agent, a header's value, a path) without tokens, credentials and the values of pairs that are
 * named like secrets. What only shows when percent-decoded (up to three times) takes the whole text with it.
 */
export function cleanText(text: string): string {
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

const scrub = (text: string): string =>
  scrubPairs(
    text.replace(token, REMOVED).replace(bearer, `$1$2${REMOVED}`).replace(userinfo, `$1${REMOVED}@`),
  );

/**
 * Takes out the values of pairs that are named like secrets, in whatever is written so: `name=value` as in a
 * Referer, `name: value` as in a header, `"name": "value"` as in JSON, also escaped or cut off. Linear in its length.
 */
function scrubPairs(text: string): string {
  let kept = '';
  let done = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char !== EQUALS && char !== COLON) continue;
    const name = nameBefore(text, at, done);
    if (name === null || !isSecretName(decode(name.text)) || isPort(text, name.start, at)) continue;
    const value = valueAfter(text, at, name.quoted);
    if (value === null) continue;
    kept += text.slice(done, value.from) + REMOVED;
    done = value.to;
    at = done - 1;
  }
  return done === 0 ? text : kept + text.slice(done);
}

const [EQUALS, COLON] = [61, 58];
const MAX_NAME = 100;
const NAME_CHARACTER = /[\w.%[\]-]/;
/** What may stand between a name and its separator. */
const NAME_CLOSER = /[\s\\"'`\]]/;

/** The name that ends before the separator at `at`; null where there is none. */
function nameBefore(text: string, at: number, from: number) {
  let end = at;
  while (end > from && NAME_CLOSER.test(text[end - 1] as string)) end--;
  let start = end;
  while (start > from && end - start < MAX_NAME && NAME_CHARACTER.test(text[start - 1] as string)) start--;
  if (start === end) return null;
  return { start, text: text.slice(start, end), quoted: /["'`]/.test(text.slice(end, at)) };
}

const PORT = /:\d{1,5}(?!\w)/y;

/** Whether what looks like a pair is the host and the port of an address. */
function isPort(text: string, start: number, at: number): boolean {
  PORT.lastIndex = at;
  return text.startsWith('//', start - 2) && PORT.test(text);
}

const BEFORE_VALUE = /[=:>\s]*/y;
const OPENING = /(\\*)(["'`])/y;

/** Where the value of the separator at `at` is; null where it is empty. */
function valueAfter(text: string, at: number, quoted: boolean): { from: number; to: number } | null {
  BEFORE_VALUE.lastIndex = at;
  const from = at + (BEFORE_VALUE.exec(text)?.[0].length ?? 1);
  const whole = endOfWhole(text, from);
  const end = text[at] === '=' ? (whole ? /[&;\s"#,]/g : /[&;\s"#]/g) : quoted ? /[,}\]\r\n]/g : /[\r\n]/g;
  end.lastIndex = whole ?? from;
  const to = end.exec(text)?.index ?? text.length;
  return to === from ? null : { from, to };
}

/** The end of a value that says itself where it ends: quoted, a structure (the rest), or removed before. */
function endOfWhole(text: string, from: number): number | null {
  if (text.startsWith(REMOVED, from)) return from + REMOVED.length;
  if (text[from] === '{' || text[from] === '[') return text.length;
  OPENING.lastIndex = from;
  const opening = OPENING.exec(text);
  if (opening === null) return null;
  const [whole, slashes, quote] = opening as unknown as [string, string, string];
  for (let at = from + whole.length; ; at++) {
    at = text.indexOf(quote, at);
    if (at === -1) return text.length;
    let escapes = 0;
    while (text[at - 1 - escapes] === '\\') escapes++;
    if (escapes <= slashes.length) return at + 1;
  }
}
