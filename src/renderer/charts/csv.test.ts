import { expect, test } from 'vitest';
import { toCsv } from './csv.ts';

test('a chart’s CSV has a gap as an empty cell, an instant in UTC and every number exactly', () => {
  const start = new Date('2026-11-24T10:00:00Z');
  const rows = [
    [start, 1_234_567, 12.375],
    [new Date('2026-11-24T10:15:00Z'), 0, null],
  ];
  expect(toCsv({ columns: ['Start (UTC)', 'Requests', 'Average (ms)'], rows })).toBe(
    'Start (UTC),Requests,Average (ms)\r\n' +
      '2026-11-24T10:00:00.000Z,1234567,12.375\r\n' +
      '2026-11-24T10:15:00.000Z,0,\r\n',
  );
});

test.each([
  ['=1+1', "'=1+1"],
  ['@cmd', "'@cmd"],
  ['-2', "'-2"],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
])('the cell %s is no formula and stays one cell', (text, cell) => {
  expect(toCsv({ columns: ['x'], rows: [[text]] })).toBe(`x\r\n${cell}\r\n`);
});
