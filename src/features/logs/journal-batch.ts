import { statSync } from 'node:fs';
import { outcomeOf } from '../../base/reasons.ts';
import { addUse, type TokenUse } from '../tokens/token-use.ts';
import { hasFailedCheck, parseRecord, type RecordHead } from './parse-record.ts';
import { listSegments, type Position, readLines, segmentPath } from './segments.ts';

/** A record with its JSON and the place in the journal where it begins. */
export interface Journalled {
  at: Position;
  /** The length of its line. */
  bytes: number;
  json: string;
  record: RecordHead;
}

/** A stretch of the journal: what was read, and where it goes on. */
export interface JournalBatch {
  /** Those that answer a request in full. */
  readonly entries: readonly Journalled[];
  /** Streamed answers that began; each comes in with its second line, which is whole. */
  readonly opened: readonly Journalled[];
  readonly end: Position;
  /** Lines that do not match their checksum or are no record. */
  readonly damaged: number;
  /** Whether more can be read at once. */
  readonly more: boolean;
  /** The segments that there were before it was read. */
  readonly segments: readonly number[];
}

/** Reads on from a position; null where there is no segment. */
export function readBatch(
  folder: string,
  position: Position,
  most: { readonly lines: number; readonly bytes: number },
): JournalBatch | null {
  // Listed before it is read: a segment that has a successor here gets no more lines.
  const segments = listSegments(folder);
  const segment = segments.find((number) => number >= position.segment);
  if (segment === undefined) return null;
  const offset = segment === position.segment ? position.offset : 0;
  const read = readLines(segmentPath(folder, segment), offset, most.lines, most.bytes);
  const next = read.more ? undefined : segments.find((number) => number > segment);
  const end = next === undefined ? { segment, offset: read.end } : { segment: next, offset: 0 };
  const entries: Journalled[] = [];
  const opened: Journalled[] = [];
  for (const line of read.lines) {
    const record = line.json === null ? null : parseRecord(line.json);
    if (!record) continue;
    const at = { segment, offset: line.offset };
    const entry = { at, bytes: line.bytes, json: line.json as string, record };
    (record.phase === 'open' ? opened : entries).push(entry);
  }
  return {
    entries,
    opened,
    end,
    damaged: read.lines.length - entries.length - opened.length,
    more: read.more || next !== undefined,
    segments,
  };
}

/** Bytes of the journal that are behind a position. */
export function bytesAfter(folder: string, position: Position): number {
  let bytes = 0;
  for (const number of listSegments(folder)) {
    if (number < position.segment) continue;
    const size = statSync(segmentPath(folder, number), { throwIfNoEntry: false })?.size ?? 0;
    bytes += Math.max(0, number === position.segment ? size - position.offset : size);
  }
  return bytes;
}

/** Collects the uses of tokens. A request that was refused before or by the limiter, or denied after it, is none. */
export function collectUses(uses: Map<string, TokenUse>, entries: Iterable<Journalled>): void {
  for (const entry of entries) {
    const { tokenId, secretId = null, time, address, counted, phase } = entry.record;
    if (!counted || tokenId === null || wasDenied(entry)) continue;
    // A streamed answer was counted when it was opened.
    const requests = phase === 'complete' ? 0 : 1;
    addUse(uses, { tokenId, secretId, at: time, address, requests });
  }
}

/** The status of a client that left (499) hides whether it was to be denied; the checks tell. */
const wasDenied = ({ record, json }: Journalled): boolean =>
  outcomeOf(record.status) === 'denied' || (record.reason === 'client.closed' && hasFailedCheck(json));
