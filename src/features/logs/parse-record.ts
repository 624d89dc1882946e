import { DAY } from '../../base/clock.ts';
import type { LogRecord } from './record.ts';
import { decodeRecord, END_OF_HEAD } from './stored-record.ts';

/** What the writer itself needs of a record. */
export type RecordHead = Omit<LogRecord, 'request' | 'response' | 'checks' | 'limits' | 'removed'>;

const isText = (value: unknown) => typeof value === 'string';
const isTextOrNull = (value: unknown) => value === null || typeof value === 'string';
const isCount = (value: unknown) => typeof value === 'number' && value >= 0;

/**
 * The head of a record from its journalled JSON, or null where it is not one. The checksum has vouched for the bytes,
 * so most of them (headers, bodies, checks) are not parsed: this runs for every request.
 */
export function parseRecord(json: string): RecordHead | null {
  const end = json.indexOf(END_OF_HEAD);
  const head = end === -1 ? null : soundHead(`${json.slice(0, end)}}`);
  return head ?? soundHead(json);
}

/** Whether a check of the record did not pass. Parses all of it: not for every request. */
export function hasFailedCheck(json: string): boolean {
  return decodeRecord(json).checks?.some((check) => check.passed === false) ?? false;
}

function soundHead(json: string): RecordHead | null {
  let record: Partial<Record<keyof RecordHead, unknown>>;
  try {
    record = JSON.parse(json);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
  if (typeof record !== 'object' || record === null) return null;
  const sound =
    isText(record.requestId) &&
    Number.isSafeInteger(record.time) &&
    (record.time as number) >= 0 &&
    (record.time as number) < 100_000 * DAY &&
    isText(record.address) &&
    isTextOrNull(record.tokenId) &&
    isTextOrNull(record.tokenName) &&
    // Records from before rotation do not say which secret it was.
    isTextOrNull(record.secretId ?? null) &&
    isTextOrNull(record.endpoint) &&
    isTextOrNull(record.tag) &&
    isTextOrNull(record.reason) &&
    (record.phase === undefined || isText(record.phase)) &&
    Number.isInteger(record.status) &&
    isCount(record.durationMs);
  return sound ? (record as unknown as RecordHead) : null;
}
