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

/** Prints rows under their headings, numbers to the right; `none` where there are none. */
export function printTable(headings: string[], rows: (string | number)[][], none: string): void {
  if (rows.length === 0) {
    printLine(none);
    return;
  }
  // Not Math.max over all of them: a function takes only so many arguments.
  const widths = headings.map((heading, column) =>
    rows.reduce((width, row) => Math.max(width, String(row[column]).length), heading.length),
  );
  const line = (cells: (string | number)[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  printLine([headings.map((heading) => heading.toUpperCase()), ...rows].map(line).join('\n'));
}
