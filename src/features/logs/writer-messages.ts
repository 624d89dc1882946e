import type { InstancePlace } from '../../db/place.ts';
import type { Rehash } from '../tokens/rehash-secrets.ts';

/** What a log writer's thread begins with. */
export interface WriterStart {
  place: Pick<InstancePlace, 'database' | 'name'>;
  /** Journal segments up to this one were written by processes that have ended. */
  endedThrough: number;
  /** Where the thread notes how far it is; see writer-progress.ts. */
  progress: SharedArrayBuffer;
}

/** What a log writer's thread tells its starter. */
export type WriterReport =
  /** Everything that was in the journal is in the databases. */
  | { kind: 'ready' }
  /** It could not start, or could not finish what was left. */
  | { kind: 'failed'; detail: string }
  /** A step failed; it will be tried again. */
  | { kind: 'retrying'; detail: string }
  /** Lines of the journal were damaged and have been skipped. */
  | { kind: 'damaged'; lines: number }
  | { kind: 'closed' };

/** What a starter tells the thread: finish what is left and end, or move a secret to the current key. */
export type WriterOrder = 'close' | { readonly rehash: Rehash };
