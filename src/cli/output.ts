/** Prints a value as JSON: what `--json` promises, dates in ISO 8601. */
export const printJson = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
};

export const printLine = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Prints rows under their headings, numbers to the right; `none` where there are none. */
export function printTable(headings: string[], rows: (string | number)[][], none: string): void {
  if (rows.length === 0) {
    printLine(none);
    return;
  }
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => String(row[column]).length)),
  );
  const line = (cells: (string | number)[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  printLine(line(headings.map((heading) => heading.toUpperCase())));
  for (const row of rows) printLine(line(row));
}
