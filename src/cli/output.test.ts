import { afterEach, expect, test, vi } from 'vitest';
import { printJson, printJsonList, printTable } from './output.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** What is written to standard output from now on. */
function written(): { text: string } {
  const kept = { text: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    kept.text += text;
    return true;
  });
  return kept;
}

test('a list printed in parts is the JSON that it would be at once', async () => {
  const items = [{ a: 1, in: { list: [1, { b: 'two\nlines' }] } }, 'text', [], {}];
  for (const parts of [[], [[]], [[], items], [items.slice(0, 1), [], items.slice(1)]]) {
    const inParts = written();
    await printJsonList(
      (async function* () {
        yield* parts;
      })(),
    );
    const { text } = inParts;
    const whole = written();
    printJson(parts.flat());
    expect(text).toBe(whole.text);
  }
});

test('a table has as many rows as there are, however many', () => {
  const out = written();
  printTable(
    ['name', 'n'],
    Array.from({ length: 200_000 }, (_, n) => [`row ${n}`, n]),
    'none',
  );
  const lines = out.text.split('\n');
  expect(lines).toHaveLength(200_002);
  expect(lines[0]).toBe('NAME        N');
  expect(lines[200_000]).toBe('row 199999  199999');
});
