import { DAY, MINUTE } from '../../base/clock.ts';
import type { RecordHead } from '../../features/logs/parse-record.ts';
import type { Counts, changes, RehearsalResult } from './contract.ts';
import type { Recorded, Verdict } from './recorded.ts';

type Change = (typeof changes)[number];
type Example = RehearsalResult['examples'][number];
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Of the tokens, users and endpoints those most affected are shown, at most so many each. */
const SHOWN_GROUPS = 200;
/** Rows shown of a kind of change and reason, of a token, of a user and of an endpoint; and of all together. */
const EXAMPLES_OF_REASON = 25;
const EXAMPLES_OF_GROUP = 5;
const MAX_EXAMPLES = 2_000;
const MAX_POINTS = 100;

/** Points of the timeline, by the days of the range. */
const STEPS = [1, 5, 15, 60, 120, 240, 480, 1_440].map((minutes) => minutes * MINUTE);

const noCounts = (): Mutable<Counts> => ({
  requests: 0,
  wouldDeny: 0,
  wouldAllow: 0,
  otherReason: 0,
  undecidable: 0,
});

const FIELD = {
  deny: 'wouldDeny',
  allow: 'wouldAllow',
  otherReason: 'otherReason',
  undecidable: 'undecidable',
} as const satisfies Record<Change, keyof Counts>;

/** Sums up what a rehearsal finds, in memory that grows with tokens, users and endpoints, not with requests. */
export class Tally {
  readonly #all = noCounts();
  #kept = 0;
  readonly #byReason = new Map<string, number>();
  readonly #byFormerReason = new Map<string, number>();
  readonly #tokens = new Groups<{ tokenId: string; tokenName: string }>();
  readonly #users = new Groups<{ userId: string; userName: string }>();
  readonly #endpoints = new Groups<{ endpoint: string | null }>();
  readonly #points: Mutable<RehearsalResult['timeline']['points'][number]>[] = [];
  readonly #step: number;
  readonly #first: number;
  readonly #examples: Example[] = [];
  readonly #exampleCounts = new Map<string, number>();

  /** @param from Unix milliseconds, as `to`, which is not part of the range */
  constructor(from: number, to: number) {
    this.#step =
      STEPS.find((step) => (to - from) / step <= MAX_POINTS) ??
      Math.ceil((to - from) / MAX_POINTS / DAY) * DAY;
    this.#first = Math.floor(from / this.#step) * this.#step;
    for (let start = this.#first; start < to; start += this.#step)
      this.#points.push({
        start: new Date(start),
        before: { letIn: 0, denied: 0 },
        after: { letIn: 0, denied: 0 },
        wouldDeny: 0,
        wouldAllow: 0,
        undecidable: 0,
      });
  }

  add(record: RecordHead, before: Recorded, after: Verdict | null, change: Change | null): void {
    const { tokenId, userId, endpoint } = record;
    count(this.#all, change);
    if (!before.judged) this.#kept++;
    if (tokenId !== null)
      this.#tokens.count(tokenId, change, () => ({ tokenId, tokenName: record.tokenName ?? '' }));
    if (userId !== null)
      this.#users.count(userId, change, () => ({ userId, userName: record.userName ?? '' }));
    this.#endpoints.count(endpoint ?? '', change, () => ({ endpoint }));
    const point = this.#points[Math.floor((record.time - this.#first) / this.#step)];
    if (point !== undefined) {
      point.before[before.letIn ? 'letIn' : 'denied']++;
      point.after[(after ?? before).letIn ? 'letIn' : 'denied']++;
      if (change !== null && change !== 'otherReason') point[FIELD[change]]++;
    }
    if (change === null) return;
    if (change === 'deny') bump(this.#byReason, after?.reason ?? '');
    if (change === 'allow') bump(this.#byFormerReason, before.reason ?? '');
    this.#keepExample(record, before, after, change);
  }

  result(): Omit<RehearsalResult, 'type' | 'from' | 'to' | 'policyVersion' | 'earlier' | 'clockSetBack'> {
    const { requests, wouldDeny, wouldAllow, otherReason, undecidable } = this.#all;
    return {
      ...this.#all,
      unchanged: requests - wouldDeny - wouldAllow - otherReason - undecidable,
      kept: this.#kept,
      byReason: Object.fromEntries(this.#byReason),
      byFormerReason: Object.fromEntries(this.#byFormerReason),
      groups: {
        tokens: this.#tokens.affected,
        users: this.#users.affected,
        endpoints: this.#endpoints.affected,
      },
      byToken: this.#tokens.most(SHOWN_GROUPS),
      byUser: this.#users.most(SHOWN_GROUPS),
      byEndpoint: this.#endpoints.most(SHOWN_GROUPS),
      timeline: { minutes: this.#step / MINUTE, points: this.#points },
      examples: this.#examples,
    };
  }

  /** A row is worth showing while one of its groups has few. */
  #keepExample(record: RecordHead, before: Recorded, after: Verdict | null, change: Change): void {
    if (this.#examples.length >= MAX_EXAMPLES) return;
    const groups: [string, number][] = [
      [`reason ${change} ${after?.reason ?? before.reason}`, EXAMPLES_OF_REASON],
      [`token ${record.tokenId}`, EXAMPLES_OF_GROUP],
      [`user ${record.userId}`, EXAMPLES_OF_GROUP],
      [`endpoint ${record.endpoint}`, EXAMPLES_OF_GROUP],
    ];
    if (groups.every(([group, most]) => (this.#exampleCounts.get(group) ?? 0) >= most)) return;
    for (const [group] of groups) bump(this.#exampleCounts, group);
    this.#examples.push({
      change,
      requestId: record.requestId,
      time: new Date(record.time),
      tokenId: record.tokenId,
      tokenName: record.tokenName,
      userId: record.userId,
      address: record.address,
      method: record.method,
      path: record.path,
      endpoint: record.endpoint,
      before: { letIn: before.letIn, reason: before.reason },
      after: after === null ? null : { letIn: after.letIn, reason: after.reason },
    });
  }
}

/** Counts by one property of requests. */
class Groups<Name extends object> {
  readonly #groups = new Map<string, { name: Name; counts: Mutable<Counts> }>();

  count(key: string, change: Change | null, name: () => Name): void {
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { name: name(), counts: noCounts() };
      this.#groups.set(key, group);
    }
    count(group.counts, change);
  }

  get affected(): number {
    let affected = 0;
    for (const { counts } of this.#groups.values()) if (weight(counts) > 0) affected++;
    return affected;
  }

  /** Those most affected, the most first; none that is not. */
  most(limit: number): (Name & Counts)[] {
    return [...this.#groups.values()]
      .filter(({ counts }) => weight(counts) > 0)
      .sort((a, b) => weight(b.counts) - weight(a.counts))
      .slice(0, limit)
      .map(({ name, counts }) => ({ ...name, ...counts }));
  }
}

const weight = (counts: Counts): number =>
  counts.wouldDeny + counts.wouldAllow + counts.otherReason + counts.undecidable;

function count(counts: Mutable<Counts>, change: Change | null): void {
  counts.requests++;
  if (change !== null) counts[FIELD[change]]++;
}

const bump = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};
