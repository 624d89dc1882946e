import type { Migration } from 'kysely/migration';
import * as first from './0001_first.ts';
import * as whatWasCovered from './0002_what_was_covered.ts';

/** Every migration of an instance's main file, oldest first. A landed one is never edited. */
export const migrations: Record<string, Migration> = {
  '0001_first': first,
  '0002_what_was_covered': whatWasCovered,
};
