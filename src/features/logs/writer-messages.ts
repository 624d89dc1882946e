import type { DatabaseAddress } from '../../db/place.ts';
import type { Rehash } from '../tokens/rehash-secrets.ts';
import type { GatewayIdentity } from './postgres/ingest.ts';

/** Which gateway's journal a writer brings in. */
export interface WriterGateway extends GatewayIdentity {
  readonly journal: string;
}

/** What a log writer's thread begins with. */
export interface WriterStart {
  database: DatabaseAddress;
  /** On Postgres, which gateway this is, and where its journal lies; null: the instance is in a file. */
  gateway: WriterGateway | null;
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
  | { kind: 'closed' }
  /** It ended while the database was away; what is left in the journal is for the next start. */
  | { kind: 'left'; detail: string };

/** What a starter tells the thread: finish what is left and end, or move a secret to the current key. */
export type WriterOrder = 'close' | { readonly rehash: Rehash };
