import { DAY } from '../../../base/clock.ts';
import type { Field, Term } from '../../../base/log-query/terms.ts';
import { lineMatcher } from '../line-match.ts';
import type { Search } from '../log-store.ts';
import { headMatcher, isWithin, type MatchedHead, matcher, needsWholeRecord } from '../matches.ts';
import type { LogRecord } from '../record.ts';
import type { Summary } from './block.ts';
import type { DayColumns } from './day.ts';
import type { KnownGroup } from './group.ts';

const OF_GROUP: ReadonlySet<Field> = new Set([
  'token',
  'user',
  'endpoint',
  'method',
  'status',
  'outcome',
  'reason',
]);

/** A head that has nothing; what one of its parts is asked about is laid over it. */
const BLANK: MatchedHead = {
  requestId: '',
  tokenId: null,
  tokenName: null,
  userId: null,
  userName: null,
  address: '',
  method: '',
  path: '',
  query: '',
  endpoint: null,
  tag: null,
  status: 0,
  reason: null,
  durationMs: 0,
  bytesIn: 0,
  bytesOut: 0,
  userAgent: '',
};

/** What a search asks of one day, in the day's own numbers. */
export interface Narrowed {
  /** Milliseconds since the day began: `from` <= time < `to`. */
  readonly from: number;
  readonly to: number;
  /** 1 for each group, and each address, that may match; null: all may. */
  readonly groups: Uint8Array | null;
  readonly addresses: Uint8Array | null;
  readonly duration: ((ms: number) => boolean) | null;
}

/** A search, made ready for the columns of any number of days. */
export class ColumnSearch {
  readonly #search: Search;
  readonly #groupTerms: string;
  readonly #addressTerms: string;
  readonly #groupMatches: ((head: MatchedHead) => boolean) | null;
  readonly #addressMatches: ((head: MatchedHead) => boolean) | null;
  readonly #duration: ((ms: number) => boolean) | null;
  /** By a group's ordinal: 0 not asked yet, 1 matches, 2 does not. */
  #asked = new Uint8Array(1_024);
  /** What only the record can decide; null: nothing. A head does where it does not need the whole. */
  readonly decide: ((record: LogRecord) => boolean) | null;
  readonly needsWhole: boolean;
  /** Whether `decide` may let a record through of which this is the line of JSON: no only where it surely does not. */
  readonly mayHold: (json: string) => boolean;

  constructor(search: Search) {
    this.#search = search;
    const of = (has: (field: Field) => boolean) => search.terms.filter(({ field }) => has(field));
    const orNull = (terms: readonly Term[]) => (terms.length === 0 ? null : headMatcher(terms));
    const [groupTerms, addressTerms] = [
      of((field) => OF_GROUP.has(field)),
      of((field) => field === 'address'),
    ];
    this.#groupTerms = JSON.stringify(groupTerms);
    this.#addressTerms = JSON.stringify(addressTerms);
    this.#groupMatches = orNull(groupTerms);
    this.#addressMatches = orNull(addressTerms);
    this.#duration = durationTest(of((field) => field === 'ms'));
    const left = of((field) => !OF_GROUP.has(field) && field !== 'address' && field !== 'ms');
    this.needsWhole = needsWholeRecord(left);
    this.mayHold = lineMatcher(left);
    this.decide = left.length === 0 ? null : this.needsWhole ? matcher(left) : headMatcher(left);
  }

  /** What it asks of a day; null: none of its rows can match. */
  narrow(day: DayColumns): Narrowed | null {
    const start = day.day * DAY;
    const from = Math.max(0, this.#search.from - start);
    const to = Math.min(DAY, this.#search.to - start);
    if (from >= to) return null;
    const groups =
      this.#groupMatches && askOnce(day.groups, this.#groupTerms, (group) => this.#askGroup(group));
    const addresses =
      this.#addressMatches &&
      askOnce(day.addresses, this.#addressTerms, (address) => this.#askAddress(address));
    if (groups?.includes(1) === false || addresses?.includes(1) === false) return null;
    return { from, to, groups, addresses, duration: this.#duration };
  }

  #askGroup(group: KnownGroup): 0 | 1 {
    if (group.ordinal >= this.#asked.length) {
      const larger = new Uint8Array(Math.max(this.#asked.length * 2, group.ordinal + 1));
      larger.set(this.#asked);
      this.#asked = larger;
    }
    let answer = this.#asked[group.ordinal];
    if (answer === 0) {
      answer = this.#groupMatches?.({ ...BLANK, ...group }) ? 1 : 2;
      this.#asked[group.ordinal] = answer;
    }
    return answer === 1 ? 1 : 0;
  }

  #askAddress(address: string): 0 | 1 {
    return this.#addressMatches?.({ ...BLANK, address }) ? 1 : 0;
  }
}

/** What was answered of the groups, and the addresses, of a day, by the terms that were asked: those asked last. */
const answered = new WeakMap<readonly unknown[], Map<string, Uint8Array>>();
const REMEMBERED = 8;

/** What is answered for each of some things, as numbers: of those that were asked the same before, what was said then. */
function askOnce<T>(things: readonly T[], terms: string, ask: (thing: T) => 0 | 1): Uint8Array {
  const byTerms = answered.get(things) ?? new Map<string, Uint8Array>();
  answered.set(things, byTerms);
  const before = byTerms.get(terms);
  if (before?.length === things.length) return before;
  // They only ever become more.
  const answers = new Uint8Array(things.length);
  answers.set(before ?? []);
  for (let at = before?.length ?? 0; at < things.length; at++) answers[at] = ask(things[at] as T);
  byTerms.delete(terms);
  byTerms.set(terms, answers);
  for (const oldest of byTerms.keys()) {
    if (byTerms.size <= REMEMBERED) break;
    byTerms.delete(oldest);
  }
  return answers;
}

/** What terms say of a duration; it is asked for every row, so no object is made for it. */
function durationTest(terms: readonly Term[]): ((ms: number) => boolean) | null {
  if (terms.length === 0) return null;
  const tests = terms.map(({ excluded, values }) => {
    const ranges = values.flatMap((value) => (value.kind === 'range' ? [value] : []));
    return (ms: number) => ranges.some((range) => isWithin(ms, range)) !== excluded;
  });
  return tests.length === 1 ? (tests[0] ?? null) : (ms) => tests.every((holds) => holds(ms));
}

/** Whether a block may have rows that match, by its summary alone. */
export function mayHave(block: Summary, { from, to, groups, addresses }: Narrowed): boolean {
  return (
    block.last >= from &&
    block.first < to &&
    hasOne(block.groups, groups) &&
    hasOne(block.addresses, addresses)
  );
}

function hasOne(numbers: Uint32Array, wanted: Uint8Array | null): boolean {
  if (wanted === null) return true;
  for (let at = 0; at < numbers.length; at++) if (wanted[numbers[at] as number] === 1) return true;
  return false;
}
