import { OUTCOMES, outcomeOf, type ReasonCode } from '../../../base/reasons.ts';
import type { RecordHead } from '../parse-record.ts';

/**
 * What many rows of a log have in common: whose request, to which endpoint, answered how. A day of a busy gateway has
 * some thousand of them, so a row names its group by number, and what is asked about any of these is asked once a group
 * instead of once a row.
 */
export interface Group {
  readonly tokenId: string | null;
  /** The name that the token, and the user, had then. */
  readonly tokenName: string | null;
  readonly userId: string | null;
  readonly userName: string | null;
  readonly endpoint: string | null;
  readonly tag: string | null;
  readonly method: string;
  readonly status: number;
  readonly reason: ReasonCode | null;
  /** Whether the limiter admitted it. */
  readonly counted: boolean;
}

/** A group as all days of a log share it. */
export interface KnownGroup extends Group {
  /** Its number among all groups of the log that are in memory. */
  readonly ordinal: number;
  /** Which of OUTCOMES its requests had. */
  readonly outcome: number;
}

/** A text that two groups share only when they are the same. No name or endpoint has the character that parts them. */
export const groupKey = (of: Group | RecordHead): string =>
  `${of.tokenId ?? ''}\0${of.tokenName ?? ''}\0${of.userId ?? ''}\0${of.userName ?? ''}\0${of.endpoint ?? ''}\0${of.tag ?? ''}\0${of.method}\0${of.status}\0${of.reason ?? ''}\0${of.counted ? 1 : 0}`;

export const groupOf = (record: RecordHead): Group => ({
  tokenId: record.tokenId,
  tokenName: record.tokenName,
  userId: record.userId,
  userName: record.userName,
  endpoint: record.endpoint,
  tag: record.tag,
  method: record.method,
  status: record.status,
  reason: record.reason,
  counted: record.counted,
});

/** The groups of all days of a log, each once. */
export class KnownGroups {
  readonly #byKey = new Map<string, KnownGroup>();

  get size(): number {
    return this.#byKey.size;
  }

  know(group: Group): KnownGroup {
    const key = groupKey(group);
    let known = this.#byKey.get(key);
    if (known === undefined) {
      known = { ...group, ordinal: this.#byKey.size, outcome: OUTCOMES.indexOf(outcomeOf(group.status)) };
      this.#byKey.set(key, known);
    }
    return known;
  }
}
