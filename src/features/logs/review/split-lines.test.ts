import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CsvCells } from './csv-cells.ts';
import { CsvSplitter } from './split-csv.ts';
import { HarSplitter } from './split-har.ts';
import { LineSplitter, type Splitter, type Taker } from './split-lines.ts';

interface Taken {
  text: string;
  offset: number;
  line: number;
}

/** What a splitter gives of a text that is read in pieces of these lengths, the same memory each time. */
function split(make: (taker: Taker) => Splitter, text: string, pieces: readonly number[]) {
  const taken: Taken[] = [];
  const flawed: string[] = [];
  const splitter = make({
    take: (bytes, from, to, offset, line) =>
      void taken.push({ text: Buffer.from(bytes.subarray(from, to)).toString('latin1'), offset, line }),
    flawed: ({ code }, line) => void flawed.push(`${line} ${code}`),
  });
  const whole = Buffer.from(text, 'latin1');
  const memory = Buffer.alloc(whole.length);
  for (let at = 0, piece = 0; at < whole.length; piece++) {
    const length = Math.max(1, pieces[piece % pieces.length] ?? 1);
    const end = Math.min(whole.length, at + length);
    whole.copy(memory, 0, at, end);
    splitter.push(memory.subarray(0, end - at));
    memory.fill(0);
    at = end;
  }
  splitter.end();
  return { taken, flawed };
}

const pieces = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 });
const lines = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '"', ',', '\r'), maxLength: 12 }), {
  maxLength: 12,
});

test('the lines of a file do not depend on the pieces it is read in', () => {
  fc.assert(
    fc.property(lines, pieces, (parts, lengths) => {
      const text = parts.join('\n');
      const { taken, flawed } = split((taker) => new LineSplitter(taker), text, lengths);
      const wanted = parts
        .map((line, at) => ({ text: line.replace(/\r$/, ''), line: at + 1 }))
        .filter((line) => line.text !== '');
      expect(taken.map(({ text, line }) => ({ text, line }))).toEqual(wanted);
      for (const one of taken) expect(text.slice(one.offset, one.offset + one.text.length)).toBe(one.text);
      expect(flawed).toEqual([]);
    }),
  );
});

test('a line that is too long is left out with its number, and what follows is not', () => {
  const text = `one\n${'x'.repeat(100)}\ntwo\n${'y'.repeat(50)}`;
  const { taken, flawed } = split((taker) => new LineSplitter(taker, 20), text, [7]);
  expect(taken.map(({ text }) => text)).toEqual(['one', 'two']);
  expect(flawed).toEqual(['2 line.too_long', '4 line.too_long']);
});

const cells = new CsvCells(10);
const csv = (columns: number) => (taker: Taker) =>
  new CsvSplitter(taker, (bytes) => cells.read(bytes, 0, bytes.length) && cells.count === columns);

test('a cell of CSV may have line ends in quotes', () => {
  const text = 'a,"b\r\nc",d\r\ne,f,g\r\n';
  const { taken } = split(csv(3), text, [4]);
  expect(taken).toEqual([
    { text: 'a,"b\n\nc",d', offset: 0, line: 1 },
    { text: 'e,f,g', offset: 12, line: 3 },
  ]);
});

test('a quote that was lost costs its own line alone', () => {
  const text = 'a,"b,c\ne,f,g\nh,i,j\nk,"l,m\nn,o,p\n';
  const { taken } = split(csv(3), text, [5]);
  expect(taken.map(({ text }) => text)).toEqual(['a,"b,c', 'e,f,g', 'h,i,j', 'k,"l,m', 'n,o,p']);
});

test('the entries of a HAR are found however it is written', () => {
  const entries = [{ a: 1, b: { entries: [{}] } }, { c: '"}]{\\' }, { d: [] }];
  const har = {
    log: {
      version: '1.2',
      pages: [{ entries: [{ not: 'this' }] }],
      creator: { entries: {} },
      entries,
      after: [{}],
    },
  };
  for (const indent of [undefined, 2])
    fc.assert(
      fc.property(pieces, (lengths) => {
        const text = JSON.stringify(har, null, indent);
        const { taken, flawed } = split((taker) => new HarSplitter(taker), text, lengths);
        expect(taken.map((one) => JSON.parse(one.text))).toEqual(entries);
        for (const one of taken) expect(text.slice(one.offset, one.offset + one.text.length)).toBe(one.text);
        expect(flawed).toEqual([]);
      }),
    );
});

test('a HAR that is cut says so, and gives what is before', () => {
  const text = JSON.stringify({ log: { entries: [{ a: 1 }, { b: 2 }] } });
  const { taken, flawed } = split((taker) => new HarSplitter(taker), text.slice(0, -8), [3]);
  expect(taken.map(({ text }) => text)).toEqual(['{"a":1}']);
  expect(flawed).toEqual(['1 file.cut_har']);
});
