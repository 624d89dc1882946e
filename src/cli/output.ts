import { once } from 'node:events';

/** Prints a value as JSON: what `--json` promises, dates in ISO 8601. */
export const printJson = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
};

/** Prints the items of all parts as one JSON array, as `printJson` would, without holding them all. */
export async function printJsonList(parts: AsyncIterable<readonly unknown[]>): Promise<void> {
  let before = '[';
  for await (const items of parts) {
    if (items.length === 0) continue;
    const text = items.map((item) => `\n${JSON.stringify(item, null, 2)}`.replaceAll('\n', '\n  ')).join(',');
    const goesOn = process.stdout.write(before + text);
    before = ',';
    if (!goesOn) await once(process.stdout, 'drain');
  }
  process.stdout.write(before === '[' ? '[]\n' : '\n]\n');
}

export const printLine = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

type Cell = string | number;

/** Prints rows under their headings, numbers to the right; `none` where there are none. */
export function printTable(headings: string[], rows: Cell[][], none: string): void {
  printLine(rows.length === 0 ? none : growingTable(headings)(rows));
}

/** As `printTable`, the rows of each part as soon as they are there. */
export async function printTableParts(
  headings: string[],
  parts: AsyncIterable<Cell[][]>,
  none: string,
): Promise<void> {
  const table = growingTable(headings);
  let isEmpty = true;
  for await (const rows of parts) {
    if (rows.length === 0) continue;
    isEmpty = false;
    if (!process.stdout.write(`${table(rows)}\n`)) await once(process.stdout, 'drain');
  }
  if (isEmpty) printLine(none);
}

/** A table whose rows come part by part: gives the text of each, the first with the headings. Its columns only widen. */
export function growingTable(headings: string[]): (rows: Cell[][]) => string {
  let top: Cell[][] = [headings.map((heading) => heading.toUpperCase())];
  let widths = headings.map(() => 0);
  const line = (cells: Cell[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return (rows) => {
    const lines = [...top, ...rows];
    top = [];
    // Not Math.max over all of them: a function takes only so many arguments.
    widths = widths.map((least, column) =>
      lines.reduce((width, cells) => Math.max(width, String(cells[column]).length), least),
    );
    return lines.map(line).join('\n');
  };
}

/** A line on the terminal that says how far something is, and goes again; where stderr is none, nothing. */
export function progressLine(): { show(text: string): void; clear(): void } {
  let isShown = false;
  const clear = () => {
    if (isShown) process.stderr.write('\r\x1b[K');
    isShown = false;
  };
  return {
    show(text) {
      if (!process.stderr.isTTY) return;
      clear();
      process.stderr.write(text);
      isShown = true;
    },
    clear,
  };
}
