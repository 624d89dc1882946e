import type { SchemaState } from '../../db/schema-state.ts';
import { type Finding, ok, warn } from '../check.ts';

export function checkSchema({ at, pending }: SchemaState): Finding {
  if (pending.length === 0) return ok(`The schema is that of this version (${at}).`);
  return warn(
    `The schema is at ${at ?? 'nothing'}; this version has ${pending.length} more (${pending.join(', ')}).`,
    'Back up, stop the gateway, and run gatehouse migrate.',
  );
}
