import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { whatIsDamaged } from '../../db/integrity.ts';
import { type Finding, fail, ok, RESTORE } from '../check.ts';

/** SQLite reads every page of these databases and finds nothing wrong. */
export function checkIntegrity(paths: readonly string[]): Finding {
  const there = paths.filter((path) => existsSync(path));
  for (const path of there) {
    const damage = whatIsDamaged(path);
    if (damage !== null) return fail(`${basename(path)} is damaged: ${damage}`, RESTORE);
  }
  return ok(`${there.map((path) => basename(path)).join(', ')}: whole.`);
}
