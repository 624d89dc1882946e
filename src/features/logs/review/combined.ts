import { isIP } from 'node:net';
import { flaw } from './flaw.ts';
import { foreignRecord, requestLine } from './foreign.ts';
import type { OpenReader } from './format.ts';
import { LineSplitter } from './split-lines.ts';
import { FULL, NO_TEXT, type TextTable } from './text-table.ts';
import { decimal, INVALID, localTime } from './values.ts';

const [BLANK, QUOTE, BACKSLASH, OPEN, CLOSE, DASH, COLON] = [32, 34, 92, 91, 93, 45, 58];

/** Parts of a line by their bytes. */
interface Parts {
  address: [number, number];
  user: [number, number];
  request: [number, number];
  time: number;
  status: number;
  bytesOut: number;
  /** Where what may stand behind the bytes begins. */
  rest: number;
}

/**
 * The common and combined formats, as nginx and Apache write them: `ADDRESS - USER [TIME] "REQUEST" STATUS BYTES`, then
 * `"REFERER" "AGENT"`, then anything; a request time as nginx's there (0.005, rt=0.005) is the duration. A virtual host may stand in front.
 */
export const openCombined: OpenReader = (texts) => ({
  split: (taker) => new LineSplitter(taker),
  head(bytes, from, to, head) {
    const parts = partsOf(bytes, from, to);
    if (parts === null) return flaw('line.not_access_log');
    head.time = parts.time;
    head.status = parts.status;
    head.durationMs = durationOf(bytes, parts.rest, to);
    head.address = texts.number(bytes, ...parts.address, true);
    head.userName = userNumber(bytes, parts.user, texts);
    head.method = methodNumber(bytes, parts.request, texts);
    return head.address === FULL || head.userName === FULL || head.method === FULL
      ? flaw('file.too_many_values', { what: 'addresses' })
      : null;
  },
  record(bytes, ownId) {
    const parts = partsOf(bytes, 0, bytes.length);
    if (parts === null) return null;
    const textOf = ([from, to]: [number, number]) => bytes.toString('utf8', from, to);
    const [method, target] = requestLine(unescaped(textOf(parts.request)));
    const rest = bytes.toString('utf8', parts.rest);
    const [, referer = '-', userAgent = '-'] = BEHIND.exec(rest) ?? [];
    const user = textOf(parts.user);
    return foreignRecord(
      {
        time: parts.time,
        address: textOf(parts.address),
        userName: user === '-' || user === '' ? null : unescaped(user),
        method,
        target,
        status: parts.status,
        durationMs: durationOf(bytes, parts.rest, bytes.length),
        upstreamMs: null,
        bytesIn: 0,
        bytesOut: parts.bytesOut,
        userAgent: userAgent === '-' ? '' : unescaped(userAgent),
        headers: [
          ...(referer === '-' ? [] : [['Referer', unescaped(referer)] as const]),
          ...(userAgent === '-' ? [] : [['User-Agent', unescaped(userAgent)] as const]),
        ],
      },
      ownId(),
    );
  },
});

const BEHIND = /^ "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"/s;

/**
 * What nginx (\x22) and Apache (\") write in place of what would end a text. Bytes that are no characters stay as they are
 * written: a port scan's are for no terminal.
 */
const unescaped = (text: string): string =>
  text.includes('\\')
    ? text.replace(ESCAPES, (whole, hex?: string, char?: string) => {
        if (char !== undefined) return char;
        if (hex === undefined) return letters(whole);
        return /^7f$/i.test(hex) ? whole : String.fromCharCode(Number.parseInt(hex, 16));
      })
    : text;

const ESCAPES = /\\x([2-7][0-9a-f])|\\(["\\])|(?:\\x[89a-f][0-9a-f])+/gi;

/** Bytes beyond ASCII, where they are letters. */
function letters(escapes: string): string {
  const decoded = Buffer.from(escapes.replaceAll(/\\x/gi, ''), 'hex').toString('utf8');
  return /[\p{C}\uFFFD]/u.test(decoded) ? escapes : decoded;
}

function partsOf(bytes: Uint8Array, from: number, to: number): Parts | null {
  let start = from;
  let addressEnd = tokenEnd(bytes, from, to);
  if (isVirtualHost(bytes, start, addressEnd, to)) {
    start = addressEnd + 1;
    addressEnd = tokenEnd(bytes, start, to);
  }
  const identEnd = tokenEnd(bytes, addressEnd + 1, to);
  // A user's name may have blanks.
  let open = identEnd + 1;
  while (open + 1 < to && !(bytes[open] === BLANK && bytes[open + 1] === OPEN)) open++;
  const timeStart = open + 2;
  const timeEnd = timeStart + 26;
  if (addressEnd === start || addressEnd - start > 300 || timeEnd + 3 > to || bytes[timeEnd] !== CLOSE)
    return null;
  const time = localTime(bytes, timeStart, timeEnd);
  if (time === INVALID || bytes[timeEnd + 1] !== BLANK || bytes[timeEnd + 2] !== QUOTE) return null;
  const requestStart = timeEnd + 3;
  const requestEnd = closingQuote(bytes, requestStart, to);
  if (requestEnd === -1 || bytes[requestEnd + 1] !== BLANK) return null;
  const statusStart = requestEnd + 2;
  const statusEnd = tokenEnd(bytes, statusStart, to);
  const status = statusEnd - statusStart === 3 ? decimal(bytes, statusStart, statusEnd) : INVALID;
  const bytesEnd = tokenEnd(bytes, statusEnd + 1, to);
  const noBytes = bytesEnd === statusEnd + 2 && bytes[statusEnd + 1] === DASH;
  const bytesOut = noBytes ? 0 : decimal(bytes, statusEnd + 1, bytesEnd);
  if (status === INVALID || bytesOut === INVALID || statusEnd >= to) return null;
  if (!Number.isInteger(status) || !Number.isInteger(bytesOut)) return null;
  return {
    address: [start, addressEnd],
    user: [Math.min(identEnd + 1, open), open],
    request: [requestStart, requestEnd],
    time,
    status,
    bytesOut,
    rest: bytesEnd,
  };
}

function tokenEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== BLANK) at++;
  return Math.min(at, to);
}

function closingQuote(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    if (bytes[at] === QUOTE) return at;
    if (bytes[at] === BACKSLASH) at++;
  }
  return -1;
}

/** "example.org:443 203.0.113.9 - …", as Apache's vhost_combined begins. */
function isVirtualHost(bytes: Uint8Array, from: number, end: number, to: number): boolean {
  let at = end - 1;
  while (at > from && (bytes[at] as number) >= 48 && (bytes[at] as number) <= 57) at--;
  if (bytes[at] !== COLON || at === end - 1) return false;
  const next = Buffer.from(bytes.subarray(end + 1, tokenEnd(bytes, end + 1, to))).toString('latin1');
  return isIP(next) !== 0;
}

/** The time that nginx took, where the line has it: three decimals, and a blank or a `rt=` before them. */
function durationOf(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  let inText = false;
  for (; at < to; at++) {
    if (bytes[at] === BACKSLASH && inText) at++;
    else if (bytes[at] === QUOTE) inText = !inText;
    else if (bytes[at] === BLANK && !inText) {
      const end = tokenEnd(bytes, at + 1, to);
      let start = end;
      while (start > at + 1 && isOfNumber(bytes[start - 1] as number)) start--;
      if (end - start >= 5 && bytes[end - 4] === 46 && (start === at + 1 || bytes[start - 1] === 61)) {
        const seconds = decimal(bytes, start, end);
        if (seconds !== INVALID) return Math.round(seconds * 1_000);
      }
    }
  }
  return 0;
}

const isOfNumber = (char: number): boolean => char === 46 || (char >= 48 && char <= 57);

function userNumber(bytes: Uint8Array, [from, to]: [number, number], texts: TextTable): number {
  if (to <= from || (to - from === 1 && bytes[from] === DASH)) return NO_TEXT;
  const name = Buffer.from(bytes.subarray(from, to));
  return name.includes(BACKSLASH)
    ? texts.numberOf(unescaped(name.toString('utf8')))
    : texts.number(bytes, from, to);
}

/** Whether the request line is one that has a method: letters, a blank, and something behind it. */
function methodNumber(bytes: Uint8Array, [from, to]: [number, number], texts: TextTable): number {
  let at = from;
  while (at < to && (bytes[at] as number) >= 65 && (bytes[at] as number) <= 90) at++;
  if (at > from && at < to && at - from <= 32 && bytes[at] === BLANK) return texts.number(bytes, from, at);
  const line = Buffer.from(bytes.subarray(from, to)).toString('utf8');
  return texts.numberOf(requestLine(unescaped(line))[0]);
}
