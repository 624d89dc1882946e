import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { connection } from './contract.ts';

const kept = z.object({ current: z.uuid().nullable(), items: z.array(connection).max(1_000) });
/** What is kept of the connections: nothing secret. */
export type KeptConnections = z.infer<typeof kept>;

export const NONE: KeptConnections = { current: null, items: [] };

/**
 * The connections that were kept in `path`; none where there is no such file yet. One that cannot be read is put aside
 * beside it, so that what the user once entered can be found again.
 */
export function readConnections(path: string, onProblem: (detail: string) => void): KeptConnections {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return NONE;
    throw thrown;
  }
  const read = kept.safeParse(parsed(text));
  if (read.success) return read.data;
  renameSync(path, `${path}.damaged`);
  onProblem(`${path} could not be read (${read.error.issues[0]?.message}); it is kept as ${path}.damaged`);
  return NONE;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

/** Written whole or not at all. */
export function writeConnections(path: string, connections: KeptConnections): void {
  writeFileSync(`${path}.new`, JSON.stringify(connections, null, 2), { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}
