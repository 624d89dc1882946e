import { expect, test } from 'vitest';
import { requireSandbox } from './sandbox.ts';

/** An app as it was started, and whether it was given its sandbox. */
function started(isPackaged: boolean, ...switches: string[]) {
  const app = {
    isPackaged,
    commandLine: { hasSwitch: (name: string) => switches.includes(name) },
    confined: false,
    enableSandbox: () => {
      app.confined = true;
    },
  };
  return app;
}

test('a packaged app whose sandbox was switched off does not start, and says what to do', () => {
  expect(requireSandbox(started(true, 'no-sandbox'))).toMatch(/ordinary user/);
});

test.each([true, false])(
  'every page has a sandbox where nobody switched it off (packaged: %s)',
  (packaged) => {
    const app = started(packaged, 'db');
    expect(requireSandbox(app)).toBeNull();
    expect(app.confined).toBe(true);
  },
);

test('from source root may start it without, and the switch is left alone', () => {
  const app = started(false, 'no-sandbox');
  expect(requireSandbox(app)).toBeNull();
  expect(app.confined).toBe(false);
});
