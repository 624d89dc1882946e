import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { reachable, readPlace, writePlace } from './window-place.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-place-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const place = { x: 40, y: 60, width: 1200, height: 800, maximized: false };
const screen = { x: 0, y: 0, width: 1920, height: 1080 };

describe('a window opens where it was closed', () => {
  test('what was written is read again', () => {
    const file = join(folder, 'window.json');
    writePlace(file, place);
    expect(readPlace(file)).toEqual(place);
  });

  test.each(['', '{', 'null', '{"x":1}', '{"x":0,"y":0,"width":-5,"height":9,"maximized":false}'])(
    'a file that holds %j is no place',
    (text) => {
      const file = join(folder, 'broken.json');
      writeFileSync(file, text);
      expect(readPlace(file)).toBeNull();
    },
  );

  test('no file is no place', () => {
    expect(readPlace(join(folder, 'nothing.json'))).toBeNull();
  });
});

describe('and where it can be got hold of', () => {
  const { maximized: _, ...whole } = place;

  test.each([
    ['inside', place],
    ['partly over the right edge', { ...place, x: 1700 }],
    ['partly over the left edge', { ...place, x: -1000 }],
  ])('%s of a screen it keeps its place', (_where, at) => {
    expect(reachable(at, [screen])).toEqual({ ...whole, x: at.x });
  });

  test.each([
    ['on a screen that is gone', { ...place, x: 2500 }],
    ['too far left', { ...place, x: -1190 }],
    ['with its title bar above the screen', { ...place, y: -20 }],
    ['below it', { ...place, y: 1079 }],
  ])('%s it keeps only its size', (_where, at) => {
    expect(reachable(at, [screen])).toEqual({ width: 1200, height: 800 });
  });

  test('a second screen counts', () => {
    expect(reachable({ ...place, x: 2500 }, [screen, { ...screen, x: 1920 }])).toEqual({ ...whole, x: 2500 });
  });
});
