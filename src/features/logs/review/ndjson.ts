import { type Flaw, flaw } from './flaw.ts';
import type { Head, OpenReader } from './format.ts';
import { HeadFields } from './head-fields.ts';
import { KIND } from './json-scan.ts';
import { parseObject, recordOf } from './own-record.ts';
import { LineSplitter } from './split-lines.ts';
import { isoTime } from './values.ts';

const PLACES = {
  requestId: 0,
  time: 1,
  tokenId: 2,
  tokenName: 3,
  userId: 4,
  userName: 5,
  address: 6,
  method: 7,
  path: 8,
  endpoint: 9,
  status: 10,
  reason: 11,
  durationMs: 12,
  tag: 13,
  counted: 14,
} as const;

/** Our NDJSON: a line a record, with all that the log has of it. */
export const openNdjson: OpenReader = (texts, vouched) => {
  const fields = new HeadFields(PLACES, Object.keys(PLACES).length, texts);
  return {
    split: (taker) => new LineSplitter(taker),
    head(bytes, from, to, head) {
      const sound = vouched ? fields.scan.readHead(bytes, from, to) : fields.scan.read(bytes, from, to);
      return sound ? fillOwn(bytes, fields, head) : flaw('line.not_json');
    },
    isSound: (bytes, from, to) => fields.scan.read(bytes, from, to),
    record: (text, ownId) => {
      const parsed = parseObject(text) ?? headOf(text, fields);
      return parsed && recordOf(parsed, ownId);
    },
  };
};

function fillOwn(bytes: Uint8Array, fields: HeadFields, head: Head): Flaw | null {
  head.time = fields.time(bytes, PLACES.time, 'time', isoTime);
  head.status = fields.status(bytes, PLACES.status, 'status');
  head.durationMs = fields.number(bytes, PLACES.durationMs, 'durationMs');
  fields.needText(PLACES.requestId, 'requestId');
  fields.needText(PLACES.path, 'path');
  head.method = fields.neededText(bytes, PLACES.method, 'method');
  head.address = fields.neededText(bytes, PLACES.address, 'address');
  head.tokenId = fields.text(bytes, PLACES.tokenId, 'tokenId');
  head.tokenName = fields.text(bytes, PLACES.tokenName, 'tokenName');
  head.userId = fields.text(bytes, PLACES.userId, 'userId');
  head.userName = fields.text(bytes, PLACES.userName, 'userName');
  head.endpoint = fields.text(bytes, PLACES.endpoint, 'endpoint');
  head.tag = fields.text(bytes, PLACES.tag, 'tag');
  head.reason = fields.text(bytes, PLACES.reason, 'reason');
  head.counted = fields.isTrue(PLACES.counted);
  return fields.takeFlaw();
}

/** What can be read of a record that is damaged behind its head. */
function headOf(text: Buffer, { scan }: HeadFields): Record<string, unknown> | null {
  if (!scan.readHead(text, 0, text.length)) return null;
  const values = Object.entries(PLACES).map(([name, place]) => [
    name,
    scan.kind[place] === KIND.number ? Number(scan.text(place)) : scan.text(place),
  ]);
  return Object.fromEntries(values);
}
