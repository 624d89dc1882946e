import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { logManifest } from '../contract.ts';
import type { ReviewVerdict } from './contract.ts';
import type { WholeFile } from './file-review.ts';

/** Ours has one or two thousand. */
const LONGEST = 1024 * 1024;

const date = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
/** What is asked of a manifest; it has more, and a later version's may have other things. */
const written = logManifest.pick({ rows: true, bytes: true, madeBy: true }).extend({
  gatehouse: z.literal('log export'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  madeAt: date,
  filter: z.object({ from: date.optional(), to: date.optional(), query: z.string().optional() }).catch({}),
});
type Manifest = z.infer<typeof written>;

export type ReadManifest =
  | { readonly manifest: Manifest }
  | { readonly verdict: Extract<ReviewVerdict, { kind: 'none' | 'unreadable' }> };

/** The manifest beside an exported file. */
export function readManifest(file: string): ReadManifest {
  const path = `${file}.manifest.json`;
  const unreadable = (detail: string): ReadManifest => ({ verdict: { kind: 'unreadable', detail } });
  let text: string;
  try {
    if (statSync(path).size > LONGEST) return unreadable('it is too long');
    text = readFileSync(path, 'utf8');
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { verdict: { kind: 'none' } };
    if (code === undefined) throw thrown;
    return unreadable(code);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    return unreadable('it is not JSON');
  }
  const manifest = written.safeParse(parsed);
  if (manifest.success) return { manifest: manifest.data };
  const [issue] = manifest.error.issues;
  return unreadable(`${issue?.path.join('.')}: ${issue?.message}`);
}

/**
 * Whether a file is what its manifest says.
 * @param found null: it could not be read to its end
 * @param rows that were read of it
 */
export function verdictOn(read: ReadManifest, found: WholeFile | null, rows: number): ReviewVerdict {
  if ('verdict' in read) return read.verdict;
  const { madeAt, madeBy, filter, ...expected } = read.manifest;
  const matches =
    found !== null &&
    found.sha256 === expected.sha256 &&
    found.bytes === expected.bytes &&
    found.rows === expected.rows;
  if (matches) return { kind: 'matches', madeAt, madeBy, filter };
  const { rows: expectedRows, bytes, sha256 } = expected;
  return {
    kind: 'differs',
    expected: { rows: expectedRows, bytes, sha256 },
    found: found && { ...found, sha256: found.sha256 ?? '' },
    rows,
  };
}
