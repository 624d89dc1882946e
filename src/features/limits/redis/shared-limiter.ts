import type { LimitAnswer, LimitOwner, LimitQuestion, Standing } from '../limiter.ts';
import {
  type Asked,
  askCall,
  limitAnswer,
  limitArguments,
  standingOf,
  timeOfAsk,
  trialOfAsk,
} from './calls.ts';
import type { LocalFallback, Unshared } from './fallback.ts';
import type { AskMode } from './lua-ask.ts';
import type { LetIn, SeedSource } from './seed.ts';
import { SharedCounters, type SharedCountersOptions } from './shared-counters.ts';

/** Where a gateway's limits are counted just now: with those of all gateways, by itself instead, or nowhere. */
export type SharedMode = 'shared' | 'suspended' | 'unavailable';

export interface SharedLimiterOptions extends SharedCountersOptions {
  /** What counts while the server is away; null: nobody is let in. */
  readonly fallback: LocalFallback | null;
}

/** Thrown by what is only shown, where the counters cannot be asked. */
export class LimitsUnavailable extends Error {}

const AT_ONCE = 200;

/**
 * Asks the counters that all gateways of an instance share in a Redis or Valkey server; decision 95. Times are monotonic
 * milliseconds of the clock that it is given.
 */
export class SharedLimiter {
  readonly #counters: SharedCounters;
  readonly #options: SharedLimiterOptions;

  constructor(options: SharedLimiterOptions) {
    this.#options = options;
    this.#counters = new SharedCounters(options);
  }

  get mode(): SharedMode {
    if (this.#counters.whole) return 'shared';
    return this.#options.fallback === null ? 'unavailable' : 'suspended';
  }

  /**
   * Connects, and resolves once the counters can be asked, or it is known that they cannot, or after so many
   * milliseconds. Resets of before are applied if they were not.
   * @param unlogged what this gateway let in and had not answered whole by that time
   */
  async begin(
    source: SeedSource,
    unlogged: (time: number) => readonly LetIn[],
    patience: number,
  ): Promise<void> {
    for (const { target, id } of await source.resets()) this.reset(target === 'instance' ? null : target, id);
    const { fallback, clock } = this.#options;
    const byItself = (since: number) => fallback?.takeUnshared(since, clock.monotonic()) ?? [];
    const handover = {
      sinceSeeding: (time: number) => [...byOwner(unlogged(time)), ...byItself(time)],
      byItself: () => byItself(Number.NEGATIVE_INFINITY),
    };
    await this.#counters.begin(source, handover, patience);
  }

  /** Admits and charges every limit, or refuses and charges none; null: nothing can be counted, so nobody is let in. */
  async ask(question: LimitQuestion, trial: LimitQuestion | null, now: number): Promise<Asked | null> {
    const { fallback } = this.#options;
    const answer = await this.#ask('charge', question, trial);
    if (answer === null) return fallback?.ask(question, trial, now) ?? null;
    const limits = limitAnswer(question, answer, 'charge');
    if (limits.admitted) fallback?.charge(question, now);
    return { limits, trial: trialOfAsk(answer) };
  }

  /** What `ask` would answer, or how the limits stand, charging nothing; null: that is not known. */
  async look(mode: 'predict' | 'peek', question: LimitQuestion, now: number): Promise<LimitAnswer | null> {
    const answer = await this.#ask(mode, question, null);
    if (answer === null) return this.#options.fallback?.limiter[mode](question, now) ?? null;
    return limitAnswer(question, answer, mode);
  }

  /** The tokens that may count something, many at a time. */
  async *tokens(): AsyncGenerator<readonly string[]> {
    let cursor = '0';
    // A scan may name one twice.
    const seen = new Set<string>();
    do {
      const found = await this.#scan(cursor);
      if (found === null) {
        yield [...this.#local().tokens()].filter((id) => !seen.has(id));
        return;
      }
      cursor = found.cursor;
      const ids = found.ids.filter((id) => !seen.has(id));
      for (const id of ids) seen.add(id);
      yield ids;
    } while (cursor !== '0');
  }

  async standings(owner: LimitOwner, questions: readonly LimitQuestion[], now: number): Promise<Standing[]> {
    const limitOf = (question: LimitQuestion) => (owner === 'instance' ? question.instance : question.token);
    const standings: Standing[] = [];
    for (let at = 0; at < questions.length; at += AT_ONCE) {
      const some = questions.slice(at, at + AT_ONCE);
      const answer = await this.#counters.call('gatehouseStandings', (own) => ({
        keys: some.map(({ tokenId }) => (owner === 'instance' ? own.instance : own.token(tokenId))),
        args: some.flatMap((question) => limitArguments(limitOf(question))),
      }));
      for (const [n, question] of some.entries())
        standings.push(
          answer === null
            ? this.#local().standing(owner, question, now)
            : standingOf(owner, limitOf(question), answer.slice(n * 4, n * 4 + 4)),
        );
    }
    return standings;
  }

  /** Counts nothing of what was before the mark with this id: of one token, or (null) of the instance. */
  reset(tokenId: string | null, mark: number): void {
    this.#options.fallback?.reset(tokenId);
    this.#counters.reset(tokenId, mark);
  }

  close(): void {
    this.#counters.close();
  }

  #ask(mode: AskMode, question: LimitQuestion, trial: LimitQuestion | null): Promise<number[] | null> {
    return this.#counters.call('gatehouseAsk', (own) => askCall(own, mode, question, trial), timeOfAsk);
  }

  async #scan(cursor: string): Promise<{ cursor: string; ids: string[] } | null> {
    const { own, link } = this.#counters;
    if (own === null) return null;
    try {
      const [next, found] = await link.client.zscan(own.index, cursor, 'COUNT', AT_ONCE);
      return { cursor: next, ids: found.filter((_, at) => at % 2 === 0) };
    } catch (cause) {
      this.#counters.failed(cause);
      return null;
    }
  }

  #local() {
    const { fallback } = this.#options;
    if (fallback === null) throw new LimitsUnavailable();
    return fallback.limiter;
  }
}

/** As what was let in is handed over: of each token, and all of it of the instance. */
function byOwner(letIn: readonly LetIn[]): Unshared[] {
  const [first] = letIn;
  if (first === undefined) return [];
  const counted = (own: readonly LetIn[]) => own.map(({ time }) => ({ last: time, count: 1 }));
  const tokens = [...Map.groupBy(letIn, ({ question }) => question.tokenId)];
  return [
    { tokenId: null, limit: first.question.instance, counted: counted(letIn) },
    ...tokens.map(([tokenId, own]) => ({
      tokenId,
      limit: own[0]?.question.token ?? null,
      counted: counted(own),
    })),
  ];
}
