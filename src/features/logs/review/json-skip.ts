/** Arrays and objects inside each other; ours have five. */
const DEEPEST = 200;
const [QUOTE, BACKSLASH, COMMA, COLON] = [34, 92, 44, 58];
const [OPEN, CLOSE, OPEN_LIST, CLOSE_LIST] = [123, 125, 91, 93];
const [MINUS, PLUS, POINT, ZERO, NINE, LETTER_U, LETTER_X] = [45, 43, 46, 48, 57, 117, 120];

/** 1 for each byte that is itself inside a text: no quote, no backslash, no control character, and nothing behind the end. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 32 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);
const BLANK = Uint8Array.from({ length: 256 }, (_, byte) => ([32, 9, 10, 13].includes(byte) ? 1 : 0));
/** What may stand behind a backslash. */
const ESCAPED = Uint8Array.from({ length: 256 }, (_, byte) =>
  '"\\/bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0,
);
const HEX = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[0-9a-f]/i.test(String.fromCharCode(byte)) ? 1 : 0,
);
const [NULL, TRUE, FALSE] = ['null', 'true', 'false'].map((word) => Buffer.from(word)) as [
  Buffer,
  Buffer,
  Buffer,
];

// These functions take where something begins and give where it ends, or -1 where it is not what it must be. What they read
// behind the bytes' end is undefined, which no table has and nothing equals.

export function skipBlank(bytes: Uint8Array, from: number): number {
  let at = from;
  while (BLANK[bytes[at] as number] === 1) at++;
  return at;
}

/** Whether a text that was skipped since this was set back has an escape in it. */
export const escapes = { seen: false };

/** A text, from its opening quote to behind the closing one. */
export function skipText(bytes: Uint8Array, from: number, hexEscapes: boolean): number {
  let at = from + 1;
  for (;;) {
    while (PLAIN[bytes[at] as number] === 1) at++;
    const char = bytes[at];
    if (char === QUOTE) return at + 1;
    if (char !== BACKSLASH) return -1;
    escapes.seen = true;
    const escaped = bytes[at + 1] as number;
    const digits = escaped === LETTER_U ? 4 : escaped === LETTER_X && hexEscapes ? 2 : 0;
    if (digits === 0 && ESCAPED[escaped] !== 1) return -1;
    at += 2;
    for (const end = at + digits; at < end; at++) if (HEX[bytes[at] as number] !== 1) return -1;
  }
}

function skipDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let char = bytes[at] as number; char >= ZERO && char <= NINE; char = bytes[at] as number) at++;
  return at === from ? -1 : at;
}

function skipNumber(bytes: Uint8Array, from: number): number {
  let at = bytes[from] === MINUS ? from + 1 : from;
  at = bytes[at] === ZERO ? at + 1 : skipDigits(bytes, at);
  if (at !== -1 && bytes[at] === POINT) at = skipDigits(bytes, at + 1);
  if (at !== -1 && (bytes[at] === 101 || bytes[at] === 69)) {
    const sign = bytes[at + 1];
    at = skipDigits(bytes, sign === MINUS || sign === PLUS ? at + 2 : at + 1);
  }
  return at;
}

function skipWord(bytes: Uint8Array, from: number, word: Uint8Array): number {
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word[i]) return -1;
  return from + word.length;
}

/** Anything but an object, a list or a text. */
export function skipScalar(bytes: Uint8Array, from: number): number {
  const char = bytes[from];
  if (char === 110) return skipWord(bytes, from, NULL);
  if (char === 116) return skipWord(bytes, from, TRUE);
  if (char === 102) return skipWord(bytes, from, FALSE);
  return skipNumber(bytes, from);
}

/** Whether each of the open lists and objects is an object. Nothing runs while it is used. */
const isObject = new Uint8Array(DEEPEST + 1);

/** An object or a list with all that is in it. */
export function skipNested(bytes: Uint8Array, from: number, hexEscapes: boolean): number {
  let at = from;
  let depth = 0;
  for (;;) {
    // A value begins here.
    const char = bytes[at];
    if (char === QUOTE) at = skipText(bytes, at, hexEscapes);
    else if (char === OPEN || char === OPEN_LIST) {
      if (depth === DEEPEST) return -1;
      isObject[++depth] = char === OPEN ? 1 : 0;
      at = skipBlank(bytes, at + 1);
      if (bytes[at] !== (char === OPEN ? CLOSE : CLOSE_LIST)) {
        if (char === OPEN) at = skipKey(bytes, at, hexEscapes);
        if (at === -1) return -1;
        continue;
      }
      depth--;
      at++;
    } else at = skipScalar(bytes, at);
    if (at === -1) return -1;
    // Behind a value: others follow, or what it is in ends, and what that is in.
    for (;;) {
      if (depth === 0) return at;
      at = skipBlank(bytes, at);
      const end = bytes[at++];
      if (end === COMMA) break;
      if (end !== (isObject[depth] === 1 ? CLOSE : CLOSE_LIST)) return -1;
      depth--;
    }
    at = skipBlank(bytes, at);
    if (isObject[depth] === 1) at = skipKey(bytes, at, hexEscapes);
    if (at === -1) return -1;
  }
}

/** A key, to where its value begins. */
function skipKey(bytes: Uint8Array, from: number, hexEscapes: boolean): number {
  if (bytes[from] !== QUOTE) return -1;
  const end = skipText(bytes, from, hexEscapes);
  if (end === -1) return -1;
  const colon = skipBlank(bytes, end);
  return bytes[colon] === COLON ? skipBlank(bytes, colon + 1) : -1;
}
