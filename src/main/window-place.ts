import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const windowPlace = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().positive(),
  height: z.int().positive(),
  maximized: z.boolean(),
});

/** Where a window was, in device-independent pixels, when it was not maximised. */
export type WindowPlace = z.infer<typeof windowPlace>;

type Rectangle = Pick<WindowPlace, 'x' | 'y' | 'width' | 'height'>;

/** As much of a window's top left part as it takes to get hold of it, in pixels. */
const GRIP = { width: 120, height: 40 };

/** The place that was kept in `file`, or null: there is none yet, or it is not one. */
export function readPlace(file: string): WindowPlace | null {
  try {
    return windowPlace.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data ?? null;
  } catch (thrown) {
    // A window opens in its usual place rather than not at all.
    if (thrown instanceof SyntaxError || (thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
}

export const writePlace = (file: string, place: WindowPlace): void =>
  writeFileSync(file, JSON.stringify(place), { mode: 0o600 });

/** `place` where its title bar can be got hold of on one of `screens`; else only its size: a screen may be gone. */
export function reachable(place: WindowPlace, screens: readonly Rectangle[]): Partial<Rectangle> {
  const { x, y, width, height } = place;
  const visible = screens.some(
    (screen) =>
      x + width >= screen.x + GRIP.width &&
      x <= screen.x + screen.width - GRIP.width &&
      y >= screen.y &&
      y <= screen.y + screen.height - GRIP.height,
  );
  return visible ? { x, y, width, height } : { width, height };
}
