import { useComputedColorScheme } from '@mantine/core';
import type { Scheme } from './palette.ts';

/** Light or dark, as the window is now. */
export const useScheme = (): Scheme => useComputedColorScheme('light');
