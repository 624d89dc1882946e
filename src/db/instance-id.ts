import { type Reads, rowsOf } from './reads.ts';

/** The id that an instance was given when it was made. */
export function* instanceId(): Reads<string> {
  const [row] = yield* rowsOf<{ value: string }>("SELECT value FROM setting WHERE name = 'instance.id'");
  return row?.value ?? '';
}
