import { expect, test } from 'vitest';
import { sandboxRefusal } from './sandbox.ts';

const started = (...switches: string[]) => {
  const given = new Set(switches);
  return (name: string) => given.has(name);
};

test('a packaged app whose sandbox was switched off does not start, and says what to do', () => {
  expect(sandboxRefusal(true, started('no-sandbox'))).toMatch(/ordinary user/);
});

test.each([
  ['a packaged app with its sandbox', true, started('db')],
  ['a start from source as root', false, started('no-sandbox')],
])('%s starts', (_what, packaged, hasSwitch) => {
  expect(sandboxRefusal(packaged, hasSwitch)).toBeNull();
});
