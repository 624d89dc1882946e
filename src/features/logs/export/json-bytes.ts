/** JSON as it lies in memory, of which only the ends of values are looked for. */
const [QUOTE, COMMA, BACKSLASH] = [34, 44, 92];
const [ARRAY, ARRAY_END, OBJECT, OBJECT_END] = [91, 93, 123, 125];

/** Where the value ends that begins at `start`: the byte behind it. */
export function endOfValue(json: Buffer, start: number): number {
  const first = json[start];
  if (first === QUOTE) return endOfText(json, start);
  if (first === ARRAY || first === OBJECT) return endOfNested(json, start);
  for (let at = start; ; at++) {
    const byte = json[at];
    if (byte === COMMA || byte === ARRAY_END || byte === OBJECT_END || byte === undefined) return at;
  }
}

/** Where the text ends whose quote is at `start`: behind its other quote. */
function endOfText(json: Buffer, start: number): number {
  for (let at = start + 1; ; at++) {
    const byte = json[at];
    if (byte === QUOTE || byte === undefined) return at + 1;
    if (byte === BACKSLASH) at++;
  }
}

function endOfNested(json: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; ; at++) {
    const byte = json[at];
    if (byte === undefined) return at;
    if (byte === QUOTE) at = endOfText(json, at) - 1;
    else if (byte === ARRAY || byte === OBJECT) depth++;
    else if ((byte === ARRAY_END || byte === OBJECT_END) && --depth === 0) return at + 1;
  }
}

/**
 * Gives `take` where each element of an array lies, and its number.
 * @param start of its bracket
 */
export function eachElement(
  json: Buffer,
  start: number,
  take: (from: number, to: number, number: number) => void,
): void {
  let at = start + 1;
  for (let number = 0; json[at] !== ARRAY_END && at < json.length; number++) {
    const end = endOfValue(json, at);
    take(at, end, number);
    at = json[end] === COMMA ? end + 1 : end;
  }
}

/** Whether some bytes stand in others at a place. */
export function standsAt(bytes: Buffer, at: number, what: Buffer): boolean {
  for (let next = 0; next < what.length; next++) if (bytes[at + next] !== what[next]) return false;
  return true;
}
