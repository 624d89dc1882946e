import { detailOf } from '../detail.ts';
import type { LogRecord } from '../record.ts';
import { CHECKS, decodeRecord, KNOWN_HEADERS } from '../stored-record.ts';
import type { ByteSink } from './byte-sink.ts';
import { endOfValue } from './json-bytes.ts';
import { RecordBytes } from './record-bytes.ts';

/** NDJSON loses nothing: the whole detail, and what the console does not show. */
export const ndjsonLine = (record: LogRecord): string =>
  `${JSON.stringify({ ...detailOf(record), tag: record.tag, counted: record.counted })}\n`;

/** What is written as it stands in the record's head, in this order. */
const AS_THEY_ARE = [
  ...['tokenId', 'tokenName', 'userName', 'address', 'method', 'endpoint', 'status', 'reason', 'durationMs'],
  ...[
    'bytesIn',
    'bytesOut',
    'userAgent',
    'peer',
    'userId',
    'query',
    'upstreamMs',
    'policyVersion',
    'secretId',
  ],
  ...['secretPrefix', 'trial', 'aborted', 'tag', 'counted'],
] as const satisfies readonly (keyof LogRecord)[];

const bytes = (text: string): Buffer => Buffer.from(text);
const NAMES = AS_THEY_ARE.map((name) => bytes(`,"${name}":`));
const TEXT = {
  requestId: bytes('{"requestId":'),
  time: bytes(',"time":"'),
  path: bytes('","path":'),
  interrupted: bytes(',"interrupted":true'),
  notInterrupted: bytes(',"interrupted":false'),
  request: bytes(',"request":{"headers":['),
  response: bytes('},"response":{"headers":['),
  body: bytes('],"body":'),
  checks: bytes('},"checks":['),
  limit: bytes('],"limits":{"limit":'),
  remaining: bytes(',"remaining":'),
  reset: bytes(',"reset":'),
  endOfLimits: bytes('},"removed":'),
  noLimits: bytes('],"limits":null,"removed":'),
  detail: bytes(',"passed":true,"detail":'),
  owner: bytes(',"owner":'),
  end: bytes('}\n'),
  null: bytes('null'),
};
const CHECK_NAMES = CHECKS.map((check) => bytes(`{"check":"${check}"`));
const HEADERS = KNOWN_HEADERS.map(({ name, value }) => ({
  value,
  text: bytes(typeof value === 'object' ? `["${name}","${value.always}"]` : `["${name}",`),
}));
const [QUOTE, COMMA, OPEN, CLOSE, OBJECT, OBJECT_END, QUESTION, ZERO] = [34, 44, 91, 93, 123, 125, 63, 48];

/** The parts of a tail, in their order. */
const PART = {
  requestHeaders: 0,
  requestBody: 1,
  responseHeaders: 2,
  responseBody: 3,
  checks: 4,
  limits: 5,
  removed: 6,
};

/** Writes records as `ndjsonLine`, with their fields in another order, from their lines: values go over as they stand. */
export class NdjsonWriter {
  readonly #record = new RecordBytes();
  #shape: unknown = null;
  #places: readonly number[] = [];
  #place = { requestId: -1, time: -1, path: -1, query: -1, phase: -1, bytesOut: -1 };
  /** Where the three numbers of the limits lie; empty: there are none. */
  readonly #limits: { from: number; to: number }[] = [];

  write(line: Buffer, into: ByteSink): void {
    if (!this.#record.read(line)) {
      into.text(ndjsonLine(decodeRecord(line.toString())));
      return;
    }
    this.#findPlaces();
    this.#findLimits();
    this.#head(into);
    into.copy(TEXT.request);
    this.#requestHeaders(into);
    into.copy(TEXT.body);
    this.#part(into, PART.requestBody);
    into.copy(TEXT.response);
    this.#responseHeaders(into);
    into.copy(TEXT.body);
    this.#part(into, PART.responseBody);
    into.copy(TEXT.checks);
    this.#checks(into);
    this.#writeLimits(into);
    this.#part(into, PART.removed);
    into.copy(TEXT.end);
  }

  #findPlaces(): void {
    const record = this.#record;
    if (this.#shape === record.shape) return;
    this.#places = AS_THEY_ARE.map((name) => record.placeOf(name));
    const names = ['requestId', 'time', 'path', 'query', 'phase', 'bytesOut'] as const;
    for (const name of names) this.#place[name] = record.placeOf(name);
    this.#shape = record.shape;
  }

  #head(into: ByteSink): void {
    const record = this.#record;
    const { requestId, time, path, query, phase } = this.#place;
    into.copy(TEXT.requestId);
    this.#value(into, requestId);
    into.copy(TEXT.time);
    into.isoTime(record.whole(time));
    into.copy(TEXT.path);
    if (query === -1 || record.end(query) - record.start(query) <= 2) this.#value(into, path);
    else {
      into.copy(record.line, record.start(path), record.end(path) - 1);
      into.byte(QUESTION);
      into.copy(record.line, record.start(query) + 1, record.end(query));
    }
    for (let at = 0; at < NAMES.length; at++) {
      into.copy(NAMES[at] as Buffer);
      this.#value(into, this.#places[at] as number);
    }
    // The only phase with this letter in it: "interrupted".
    const isInterrupted = phase !== -1 && record.line[record.start(phase) + 1] === I;
    into.copy(isInterrupted ? TEXT.interrupted : TEXT.notInterrupted);
  }

  #value(into: ByteSink, place: number): void {
    if (place === -1) into.copy(TEXT.null);
    else into.copy(this.#record.line, this.#record.start(place), this.#record.end(place));
  }

  #part(into: ByteSink, part: number): void {
    const { line, tailStarts, tailEnds } = this.#record;
    into.copy(line, tailStarts[part], tailEnds[part]);
  }

  #findLimits(): void {
    const { line, tailStarts } = this.#record;
    const start = tailStarts[PART.limits] as number;
    this.#limits.length = 0;
    if (line[start] !== OPEN) return;
    for (let at = start + 1; line[at] !== CLOSE; ) {
      const to = endOfValue(line, at);
      this.#limits.push({ from: at, to });
      at = line[to] === COMMA ? to + 1 : to;
    }
  }

  #limit(into: ByteSink, number: number): void {
    const { from, to } = this.#limits[number] as { from: number; to: number };
    into.copy(this.#record.line, from, to);
  }

  #writeLimits(into: ByteSink): void {
    if (this.#limits.length === 0) {
      into.copy(TEXT.noLimits);
      return;
    }
    into.copy(TEXT.limit);
    this.#limit(into, 0);
    into.copy(TEXT.remaining);
    this.#limit(into, 1);
    into.copy(TEXT.reset);
    this.#limit(into, 2);
    into.copy(TEXT.endOfLimits);
  }

  /** Names and values in turn become pairs. */
  #requestHeaders(into: ByteSink): void {
    const { line, tailStarts } = this.#record;
    let isName = true;
    for (let at = (tailStarts[PART.requestHeaders] as number) + 1; line[at] !== CLOSE; isName = !isName) {
      const end = endOfValue(line, at);
      if (isName) into.byte(OPEN);
      into.copy(line, at, end);
      if (!isName) into.byte(CLOSE);
      const isLast = line[end] !== COMMA;
      if (!isLast) into.byte(COMMA);
      at = isLast ? end : end + 1;
    }
  }

  /** As those of the request, and numbers of known headers between them. */
  #responseHeaders(into: ByteSink): void {
    const { line, tailStarts } = this.#record;
    let isName = true;
    for (let at = (tailStarts[PART.responseHeaders] as number) + 1; line[at] !== CLOSE; ) {
      const end = endOfValue(line, at);
      if (isName && line[at] !== QUOTE) this.#knownHeader(into, (line[at] as number) - ZERO);
      else {
        if (isName) into.byte(OPEN);
        into.copy(line, at, end);
        if (!isName) into.byte(CLOSE);
        isName = !isName;
      }
      const isLast = line[end] !== COMMA;
      if (!isLast) into.byte(COMMA);
      at = isLast ? end : end + 1;
    }
  }

  /** @param number has one digit: there are not ten of them */
  #knownHeader(into: ByteSink, number: number): void {
    const { value, text } = HEADERS[number] as (typeof HEADERS)[number];
    into.copy(text);
    if (typeof value === 'object') return;
    if (value === 'requestId') this.#value(into, this.#place.requestId);
    else {
      into.byte(QUOTE);
      if (value === 'bytesOut') this.#value(into, this.#place.bytesOut);
      else this.#limit(into, LIMITS.indexOf(value));
      into.byte(QUOTE);
    }
    into.byte(CLOSE);
  }

  /** Those that passed stand at their place without their name. */
  #checks(into: ByteSink): void {
    const { line, tailStarts } = this.#record;
    let at = (tailStarts[PART.checks] as number) + 1;
    for (let number = 0; line[at] !== CLOSE; number++) {
      const end = endOfValue(line, at);
      if (line[at] === OBJECT) into.copy(line, at, end);
      else {
        into.copy(CHECK_NAMES[number] as Buffer);
        into.copy(TEXT.detail);
        if (line[at] === QUOTE) into.copy(line, at, end);
        else {
          const detailEnd = endOfValue(line, at + 1);
          into.copy(line, at + 1, detailEnd);
          into.copy(TEXT.owner);
          into.copy(line, detailEnd + 1, end - 1);
        }
        into.byte(OBJECT_END);
      }
      const isLast = line[end] !== COMMA;
      if (!isLast) into.byte(COMMA);
      at = isLast ? end : end + 1;
    }
  }
}

const LIMITS: readonly string[] = ['limit', 'remaining', 'reset'];
const I = 105;
