import { DAY } from '../../base/clock.ts';
import type { LogRecord } from './record.ts';

const isText = (value: unknown) => typeof value === 'string';
const isTextOrNull = (value: unknown) => value === null || typeof value === 'string';
const isCount = (value: unknown) => typeof value === 'number' && value >= 0;

/**
 * A record from its journalled JSON, or null where it is not one. The checksum has vouched for the bytes; this
 * looks only at what the writer itself needs, as it runs for every request.
 */
export function parseRecord(json: string): LogRecord | null {
  let record: Partial<Record<keyof LogRecord, unknown>>;
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
    isTextOrNull(record.endpoint) &&
    isTextOrNull(record.tag) &&
    isTextOrNull(record.reason) &&
    Number.isInteger(record.status) &&
    isCount(record.durationMs);
  return sound ? (record as unknown as LogRecord) : null;
}
