import { fold, wholeMatcher, withinMatcher } from '../../base/log-query/pattern.ts';
import {
  isNumberField,
  type NumberField,
  type Term,
  type TextField,
  type Value,
} from '../../base/log-query/terms.ts';
import { outcomeOf } from '../../base/reasons.ts';
import { addressMatcher } from './address-match.ts';
import type { LogRecord } from './record.ts';

/** What terms ask of a record, but for `text`, which looks everywhere. */
export type MatchedHead = Pick<
  LogRecord,
  | 'requestId'
  | 'tokenId'
  | 'tokenName'
  | 'userId'
  | 'userName'
  | 'address'
  | 'method'
  | 'path'
  | 'query'
  | 'endpoint'
  | 'tag'
  | 'status'
  | 'reason'
  | 'durationMs'
  | 'bytesIn'
  | 'bytesOut'
  | 'userAgent'
>;

/** Whether terms ask for more than a record's head. */
export const needsWholeRecord = (terms: readonly Term[]): boolean =>
  terms.some(({ field }) => field === 'text');

/** What each term means: whether all of them hold for a record. */
export function matcher(terms: readonly Term[]): (record: LogRecord) => boolean {
  const ofHead = headMatcher(terms.filter(({ field }) => field !== 'text'));
  // What looks everywhere comes last.
  const ofWhole = terms.filter(({ field }) => field === 'text').map(textTermMatcher);
  return (record) => ofHead(record) && ofWhole.every((holds) => holds(record));
}

/**
 * As `matcher`, for terms that a record's head decides.
 * @throws where one asks for more (needsWholeRecord)
 */
export function headMatcher(terms: readonly Term[]): (head: MatchedHead) => boolean {
  const tests = terms.map(headTermMatcher);
  return (head) => tests.every((holds) => holds(head));
}

function headTermMatcher({ field, excluded, values }: Term): (head: MatchedHead) => boolean {
  if (field === 'text') throw new Error('a search for a text needs the whole record');
  const holds = isNumberField(field) ? numberMatcher(field, values) : textsMatcher(field, values);
  return excluded ? (head) => !holds(head) : holds;
}

const NUMBERS: Record<NumberField, (head: MatchedHead) => number> = {
  status: ({ status }) => status,
  ms: ({ durationMs }) => durationMs,
  in: ({ bytesIn }) => bytesIn,
  out: ({ bytesOut }) => bytesOut,
};

function numberMatcher(field: NumberField, values: readonly Value[]): (head: MatchedHead) => boolean {
  const numberOf = NUMBERS[field];
  return (head) => {
    const number = numberOf(head);
    return values.some((value) => value.kind === 'range' && isWithin(number, value));
  };
}

/** Whether a number is in a range of a term. */
export const isWithin = (
  number: number,
  { from, fromOpen, to, toOpen }: Extract<Value, { kind: 'range' }>,
): boolean =>
  (from === null || (fromOpen ? number > from : number >= from)) &&
  (to === null || (toOpen ? number < to : number <= to));

/** The texts that a field is compared with: one of them is to match. */
const TEXTS: Record<Exclude<TextField, 'text'>, (head: MatchedHead) => readonly (string | null)[]> = {
  token: ({ tokenId, tokenName }) => [tokenId, tokenName],
  user: ({ userId, userName }) => [userId, userName],
  endpoint: ({ endpoint, tag }) => [endpoint, tag],
  method: ({ method }) => [method],
  outcome: ({ status }) => [outcomeOf(status)],
  reason: ({ reason }) => [reason],
  address: ({ address }) => [address],
  path: ({ path, query }) => (query ? [path, `${path}?${query}`] : [path]),
  agent: ({ userAgent }) => [userAgent],
  id: ({ requestId }) => [requestId],
};

function textsMatcher(
  field: Exclude<TextField, 'text'>,
  values: readonly Value[],
): (head: MatchedHead) => boolean {
  const textsOf = TEXTS[field];
  const matcherOf = field === 'address' ? addressMatcher : wholeMatcher;
  const tests = values.flatMap((value) => (value.kind === 'text' ? [matcherOf(value.text)] : []));
  return (head) => {
    const texts = textsOf(head).flatMap((text) => (text ? [fold(text)] : []));
    if (texts.length === 0) texts.push('');
    return tests.some((test) => texts.some(test));
  };
}

function textTermMatcher({ excluded, values }: Term): (record: LogRecord) => boolean {
  const tests = values.flatMap((value) => (value.kind === 'text' ? [withinMatcher(value.text)] : []));
  const holds = (text: string) => {
    const folded = fold(text);
    return tests.some((test) => test(folded));
  };
  return (record) => someText(record, holds) !== excluded;
}

/** Whether one of a record's texts passes: what it says of itself, its headers and its bodies. */
function someText(record: LogRecord, passes: (text: string) => boolean): boolean {
  const { request, response } = record;
  const some = (text: string | null | undefined) => text != null && passes(text);
  return (
    some(record.query ? `${record.path}?${record.query}` : record.path) ||
    some(record.method) ||
    some(record.reason) ||
    some(record.endpoint) ||
    some(record.tokenName) ||
    some(record.userName) ||
    some(record.address) ||
    some(record.userAgent) ||
    some(record.requestId) ||
    some(request.body?.text) ||
    some(response.body?.text) ||
    request.headers.some(([name, value]) => passes(name) || passes(value)) ||
    response.headers.some(([, value]) => passes(value))
  );
}
