import { flaw } from './flaw.ts';
import { type ForeignRequest, foreignRecord, requestLine } from './foreign.ts';
import type { OpenReader } from './format.ts';
import { JsonScan, KIND } from './json-scan.ts';
import { LineSplitter } from './split-lines.ts';
import { FULL, NO_TEXT, type TextTable } from './text-table.ts';
import { decimal, epochTime, INVALID, isoTime, localTime } from './values.ts';

/** Names that nginx's variables, and other servers, have for the same; those that come first say it best. */
const NAMES = {
  time: ['time_iso8601', '@timestamp', 'timestamp', 'msec', 'time', 'time_local', 'ts', 'datetime', 'date'],
  address: ['remote_addr', 'client_ip', 'clientip', 'remote_ip', 'client', 'ip', 'realip_remote_addr'],
  user: ['remote_user', 'user', 'username'],
  request: ['request', 'request_line'],
  method: ['request_method', 'method', 'verb', 'http_method'],
  target: ['request_uri', 'uri', 'url', 'path', 'document_uri'],
  query: ['args', 'query_string'],
  status: ['status', 'status_code', 'response_status', 'code'],
  bytesOut: ['body_bytes_sent', 'bytes_sent', 'bytes', 'size', 'response_size', 'bytes_out'],
  bytesIn: ['request_length', 'bytes_in', 'request_size'],
  seconds: ['request_time', 'duration', 'response_time', 'elapsed'],
  milliseconds: ['duration_ms', 'request_time_ms', 'response_time_ms', 'latency_ms', 'elapsed_ms'],
  upstreamSeconds: ['upstream_response_time'],
  userAgent: ['http_user_agent', 'user_agent', 'agent', 'useragent'],
  referer: ['http_referer', 'referer', 'referrer', 'http_referrer'],
  host: ['http_host', 'host', 'server_name'],
  requestId: ['request_id', 'req_id', 'x_request_id'],
} as const;
type Name = keyof typeof NAMES;

const PLACES = Object.fromEntries(
  Object.values(NAMES)
    .flat()
    .map((name, place) => [name, place]),
);
const placesOf = (name: Name): readonly number[] => NAMES[name].map((alias) => PLACES[alias] as number);
const TIMES = placesOf('time');
const PLACES_OF = new Map((Object.keys(NAMES) as Name[]).map((name) => [name, placesOf(name)]));

const LONGEST_NAME = 2_000;

/** An access log with a JSON object on each line, as nginx writes by a `log_format` of its variables' own names. */
export const openJsonAccess: OpenReader = (texts) => {
  const line = new AccessLine();
  return {
    split: (taker) => new LineSplitter(taker),
    head(bytes, from, to, head) {
      if (!line.read(bytes, from, to)) return flaw('line.not_json');
      head.time = line.time();
      if (head.time === INVALID) return missing(line, 'time');
      head.status = line.number('status');
      if (!(Number.isInteger(head.status) && head.status >= 0 && head.status <= 999))
        return missing(line, 'status');
      head.durationMs = line.durationMs();
      head.address = line.textNumber('address', texts);
      if (head.address === NO_TEXT) head.address = texts.numberOf('', true);
      head.userName = line.textNumber('user', texts);
      head.method = texts.numberOf(line.requestLine()[0]);
      return head.address === FULL || head.userName === FULL || head.method === FULL
        ? flaw('file.too_many_values', { what: 'addresses' })
        : null;
    },
    record: (text, ownId) =>
      line.read(text, 0, text.length) ? foreignRecord(line.request(), ownId()) : null,
  };
};

const missing = (line: AccessLine, name: 'time' | 'status') =>
  flaw('line.field', { field: name, found: line.has(name) ? 'not one' : 'missing' });

/** One line, by the names of what it says. */
export class AccessLine {
  // What nginx writes without `escape=json` has escapes of its own.
  readonly #scan = new JsonScan(PLACES, Object.keys(PLACES).length, { hexEscapes: true });
  #bytes: Uint8Array = new Uint8Array();

  read(bytes: Uint8Array, from: number, to: number): boolean {
    this.#bytes = bytes;
    return this.#scan.read(bytes, from, to);
  }

  /** Is it a line of an access log at all? */
  get isAccess(): boolean {
    return (
      this.time() !== INVALID && this.number('status') >= 100 && (this.has('request') || this.has('target'))
    );
  }

  has(name: Name): boolean {
    return this.#place(name) !== -1;
  }

  /** Empty where it is not there, or only a dash. */
  text(name: Name): string {
    const place = this.#place(name);
    return place === -1 ? '' : this.#scan.text(place);
  }

  /** The same by its number. */
  textNumber(name: Name, texts: TextTable): number {
    const place = this.#place(name);
    if (place === -1) return NO_TEXT;
    const [from, to] = [this.#scan.start[place] as number, this.#scan.end[place] as number];
    if (this.#scan.kind[place] === KIND.text && to - from <= LONGEST_NAME)
      return texts.number(this.#bytes, from, to, name === 'address');
    return texts.numberOf(this.#scan.text(place).slice(0, LONGEST_NAME), name === 'address');
  }

  /** INVALID where it is none; other programs write numbers as texts too. */
  number(name: Name): number {
    const place = this.#place(name);
    return place === -1
      ? INVALID
      : decimal(this.#bytes, this.#scan.start[place] as number, this.#scan.end[place] as number);
  }

  time(): number {
    for (const place of TIMES) {
      const kind = this.#scan.kind[place];
      if (kind !== KIND.text && kind !== KIND.number) continue;
      const [from, to] = [this.#scan.start[place] as number, this.#scan.end[place] as number];
      for (const read of kind === KIND.text ? [isoTime, localTime, epochTime] : [epochTime]) {
        const time = read(this.#bytes, from, to);
        if (time !== INVALID) return time;
      }
    }
    return INVALID;
  }

  durationMs(): number {
    const ms = this.number('milliseconds');
    if (ms !== INVALID) return ms;
    const seconds = this.number('seconds');
    return seconds === INVALID ? 0 : Math.round(seconds * 1e6) / 1_000;
  }

  requestLine(): [method: string, target: string] {
    const method = this.text('method');
    const target = this.text('target');
    const [lineMethod, lineTarget] = this.has('request') ? requestLine(this.text('request')) : ['', ''];
    const query = this.text('query');
    const path = target || lineTarget;
    return [method || lineMethod, query === '' || path.includes('?') ? path : `${path}?${query}`];
  }

  request(): ForeignRequest {
    const [method, target] = this.requestLine();
    const userAgent = this.text('userAgent');
    const upstream = this.number('upstreamSeconds');
    const headers = [
      ['Host', this.text('host')],
      ['Referer', this.text('referer')],
      ['User-Agent', userAgent],
      ['X-Request-Id', this.text('requestId')],
    ] as const;
    return {
      time: this.time(),
      address: this.text('address'),
      userName: this.text('user') || null,
      method,
      target,
      status: this.number('status'),
      durationMs: this.durationMs(),
      upstreamMs: upstream === INVALID ? null : Math.round(upstream * 1e6) / 1_000,
      bytesIn: Math.max(0, Math.floor(this.number('bytesIn'))),
      bytesOut: Math.max(0, Math.floor(this.number('bytesOut'))),
      userAgent,
      headers: headers.filter(([, value]) => value !== ''),
    };
  }

  /** Where the first of a name's aliases is that says something; -1: none does. */
  #place(name: Name): number {
    for (const place of PLACES_OF.get(name) ?? []) {
      const kind = this.#scan.kind[place];
      if (kind !== KIND.text && kind !== KIND.escaped && kind !== KIND.number) continue;
      const [from, to] = [this.#scan.start[place] as number, this.#scan.end[place] as number];
      if (to > from && !(to - from === 1 && this.#bytes[from] === 45)) return place;
    }
    return -1;
  }
}
