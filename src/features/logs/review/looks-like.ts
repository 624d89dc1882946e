import { NEEDED_COLUMNS } from './csv.ts';

/** How files begin that people may take for a log; decoded as UTF-8, where what is none became U+FFFD. */
const BEGINNINGS: readonly (readonly [string, string])[] = [
  ['SQLite format 3', 'an SQLite database'],
  ['PK\u0003\u0004', 'a ZIP archive'],
  ['%PDF', 'a PDF'],
  ['\u007fELF', 'a program'],
  ['\u001f\ufffd', 'compressed a second time'],
  ['\u0028\ufffd/\ufffd', 'compressed a second time'],
  ['BZh', 'compressed by bzip2, which is not read'],
  ['\ufffd7zXZ', 'compressed by xz, which is not read'],
  ['<', 'HTML or XML'],
  ['[', 'a JSON list; a log has one object a line'],
  ['{', 'JSON without the fields of a log'],
];

/** What a file seems to be that is no log, by its beginning. */
export function looksLike(start: string): string {
  const text = start.replace(/^\uFEFF/, '').trimStart();
  const known = BEGINNINGS.find(([beginning]) => text.startsWith(beginning));
  if (known !== undefined) return `it looks like ${known[1]}`;
  if (start.includes('\0')) return 'it looks like something binary';
  const missing = NEEDED_COLUMNS.filter((name) => !start.includes(name));
  return missing.length < NEEDED_COLUMNS.length / 2
    ? `it looks like a CSV without the column ${missing[0]}`
    : 'none of its first lines is one of a log';
}
