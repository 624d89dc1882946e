import type { LogRecord } from '../record.ts';
import { END_OF_HEAD } from '../stored-record.ts';
import { eachElement, endOfValue, standsAt } from './json-bytes.ts';

/** The order in which the values of a head stand in its line; nearly every line has one of a few. */
interface Shape {
  /** What stands before each value: its name, with what parts it from the value before. */
  readonly before: readonly Buffer[];
  readonly places: ReadonlyMap<string, number>;
}

/** So many are remembered. */
const MOST_SHAPES = 16;
const TAIL = Buffer.from(END_OF_HEAD);
const END = Buffer.from(']}');

/** The parts of a tail, in their order; see stored-record.ts. */
const TAIL_PARTS = 7;

/**
 * Where the values of a record lie in its line: an export writes most of them as they stand there, and makes nothing of
 * them before. Each line that is read takes the place of the one before.
 */
export class RecordBytes {
  line: Buffer = Buffer.alloc(0);
  #shape: Shape = { before: [], places: new Map() };
  readonly #shapes: Shape[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** Where the parts of the tail begin, and where they end. */
  readonly tailStarts: number[] = [];
  readonly tailEnds: number[] = [];

  /** False where the line is not as the gateway writes them: then it is to be parsed. */
  read(line: Buffer): boolean {
    this.line = line;
    const end = this.#fits(this.#shape) ?? this.#findShape();
    return end !== null && this.#readTail(end + TAIL.length - 1);
  }

  /** The place of a value among those of the head; -1 where the head does not have it. */
  placeOf(name: keyof LogRecord): number {
    return this.#shape.places.get(name) ?? -1;
  }

  start(place: number): number {
    return this.#starts[place] as number;
  }

  end(place: number): number {
    return this.#ends[place] as number;
  }

  /** Changes with the places. */
  get shape(): unknown {
    return this.#shape;
  }

  /** A whole number, as JSON has it. */
  whole(place: number): number {
    let number = 0;
    for (let at = this.start(place); at < this.end(place); at++)
      number = number * 10 + (this.line[at] as number) - ZERO;
    return number;
  }

  #findShape(): number | null {
    for (const shape of this.#shapes) {
      const end = this.#fits(shape);
      if (end === null) continue;
      this.#shape = shape;
      return end;
    }
    const shape = shapeOf(this.line);
    const end = shape && this.#fits(shape);
    if (shape === null || end === null) return null;
    if (this.#shapes.length >= MOST_SHAPES) this.#shapes.shift();
    this.#shapes.push(shape);
    this.#shape = shape;
    return end;
  }

  /** Where the head ends, of a line that has this shape. */
  #fits({ before }: Shape): number | null {
    const { line } = this;
    let at = 0;
    for (let place = 0; place < before.length; place++) {
      const name = before[place] as Buffer;
      if (!standsAt(line, at, name)) return null;
      const start = at + name.length;
      at = endOfValue(line, start);
      this.#starts[place] = start;
      this.#ends[place] = at;
    }
    return before.length > 0 && standsAt(line, at, TAIL) ? at : null;
  }

  #readTail(start: number): boolean {
    let parts = 0;
    eachElement(this.line, start, (from, to, number) => {
      this.tailStarts[number] = from;
      this.tailEnds[number] = to;
      parts = number + 1;
    });
    return parts === TAIL_PARTS && standsAt(this.line, this.tailEnds[TAIL_PARTS - 1] as number, END);
  }
}

const ZERO = 48;

/** The shape of a line's head; null where it has none. */
function shapeOf(line: Buffer): Shape | null {
  const end = line.indexOf(TAIL);
  if (end === -1) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(`${line.toString('utf8', 0, end)}}`);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
  if (typeof parsed !== 'object' || parsed === null) return null;
  const names = Object.keys(parsed);
  return {
    before: names.map((name, place) => Buffer.from(`${place === 0 ? '{' : ','}${JSON.stringify(name)}:`)),
    places: new Map(names.map((name, place) => [name, place])),
  };
}
