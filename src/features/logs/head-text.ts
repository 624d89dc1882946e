import type { LogRecord } from './record.ts';
import { END_OF_HEAD } from './stored-record.ts';

/** The order in which the values of a head stand in its line; nearly every line has one of a few. */
interface Shape {
  /** What stands before each value: its name, with what parts it from the value before. */
  readonly before: readonly string[];
  readonly places: ReadonlyMap<string, number>;
}

/** So many are remembered. */
const MOST_SHAPES = 16;

const QUOTE = 34;

/**
 * The values of a record's head as they stand in its line, without parsing it: an export writes most of them as they are,
 * millions of times. Each line that is read takes the place of the one before.
 */
export class HeadText {
  #json = '';
  #shape: Shape = { before: [], places: new Map() };
  readonly #shapes: Shape[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  #end = 0;

  /** False where the line is not as the gateway writes them: then it is to be parsed. */
  read(json: string): boolean {
    this.#json = json;
    this.#end = json.indexOf(END_OF_HEAD);
    if (this.#end === -1) return false;
    if (this.#fits(this.#shape)) return true;
    const known = this.#shapes.find((shape) => shape !== this.#shape && this.#fits(shape));
    const shape = known ?? shapeOf(`${json.slice(0, this.#end)}}`);
    if (shape === null || (known === undefined && !this.#fits(shape))) return false;
    if (known === undefined) {
      if (this.#shapes.length >= MOST_SHAPES) this.#shapes.shift();
      this.#shapes.push(shape);
    }
    this.#shape = shape;
    return true;
  }

  /** The JSON of a value; "null" where the head does not have it. */
  raw(name: keyof LogRecord): string {
    const place = this.#shape.places.get(name);
    return place === undefined ? 'null' : this.#json.slice(this.#starts[place], this.#ends[place]);
  }

  /** The JSON of the tail. */
  get tail(): string {
    return this.#json.slice(this.#end + END_OF_HEAD.length - 1, -1);
  }

  #fits({ before }: Shape): boolean {
    const json = this.#json;
    let at = 0;
    for (let place = 0; place < before.length; place++) {
      const name = before[place] as string;
      if (!json.startsWith(name, at)) return false;
      const start = at + name.length;
      at = endOfValue(json, start);
      this.#starts[place] = start;
      this.#ends[place] = at;
    }
    return before.length > 0 && at === this.#end;
  }
}

/** The shape of a head; null where it is no object of JSON. */
function shapeOf(head: string): Shape | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(head);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
  if (typeof parsed !== 'object' || parsed === null) return null;
  const names = Object.keys(parsed);
  return {
    before: names.map((name, place) => `${place === 0 ? '{' : ','}${JSON.stringify(name)}:`),
    places: new Map(names.map((name, place) => [name, place])),
  };
}

/** Where the value ends that begins at `start`. */
function endOfValue(json: string, start: number): number {
  const first = json.charCodeAt(start);
  if (first === QUOTE) return endOfText(json, start);
  if (json[start] !== '[' && json[start] !== '{') return json.indexOf(',', start);
  let depth = 0;
  for (let at = start; at < json.length; at++) {
    const char = json[at];
    if (char === '"') at = endOfText(json, at) - 1;
    else if (char === '[' || char === '{') depth++;
    else if ((char === ']' || char === '}') && --depth === 0) return at + 1;
  }
  return json.length;
}

/** Where the text ends whose quote is at `start`: behind its other quote. */
function endOfText(json: string, start: number): number {
  for (let at = start + 1; ; at++) {
    at = json.indexOf('"', at);
    if (at === -1) return json.length;
    let escapes = 0;
    while (json.charCodeAt(at - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return at + 1;
  }
}

const BACKSLASH = 92;
