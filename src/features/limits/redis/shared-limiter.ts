import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, SECOND } from '../../../base/clock.ts';
import type { LimitAnswer, LimitOwner, LimitQuestion, Standing } from '../limiter.ts';
import {
  type Asked,
  askCall,
  atArguments,
  limitAnswer,
  limitArguments,
  standingOf,
  timeOfAsk,
  trialOfAsk,
} from './calls.ts';
import type { LocalFallback, Unshared } from './fallback.ts';
import { type RedisKeys, redisKeys } from './keys.ts';
import { openRedisLink, type RedisLink, type RedisPatience, type RedisScript } from './link.ts';
import { type LetIn, readSeed, type SeedSource } from './seed.ts';
import { TimeBound } from './time-bound.ts';
import { writeSeed } from './write-seed.ts';

/** Where a gateway's limits are counted just now: with those of all gateways, by itself instead, or nowhere. */
export type SharedMode = 'shared' | 'suspended' | 'unavailable';

export interface SharedLimiter {
  /**
   * Connects, and resolves once the counters can be asked, or it is known that they cannot, or after so many
   * milliseconds. Resets of before are applied if they were not.
   * @param underWay what this gateway let in and had not answered whole by so many monotonic milliseconds
   */
  begin(source: SeedSource, underWay: (after: number) => readonly LetIn[], patience: number): Promise<void>;
  /** Admits and charges every limit, or refuses and charges none; null: nothing can be counted, so nobody is let in. */
  ask(question: LimitQuestion, trial: LimitQuestion | null, now: number): Promise<Asked | null>;
  /** What `ask` would answer, or how the limits stand, charging nothing; null: that is not known. */
  look(mode: 'predict' | 'peek', question: LimitQuestion, now: number): Promise<LimitAnswer | null>;
  /** The tokens that may count something, many at a time. */
  tokens(): AsyncIterable<readonly string[]>;
  standings(owner: LimitOwner, questions: readonly LimitQuestion[], now: number): Promise<Standing[]>;
  /** Counts nothing of what was before the mark with this id: of one token, or (null) of the instance. */
  reset(tokenId: string | null, mark: number): void;
  readonly mode: SharedMode;
  /** As the limiter's. */
  sweep(budget: number, now: number): void;
  close(): void;
}

/** Thrown by what is only shown, where the counters cannot be asked. */
export class LimitsUnavailable extends Error {}

export interface SharedLimiterOptions {
  readonly url: string;
  readonly instanceId: string;
  readonly fallback: LocalFallback | null;
  /** With the monotonic time that `now` is of, everywhere. */
  readonly clock: Clock;
  /** Told once of each outage. */
  onFailure(cause: unknown): void;
  readonly patience?: RedisPatience | undefined;
  /** Milliseconds from when the counters were found to be gone until the log has what other gateways let in before. */
  readonly settle?: number | undefined;
}

const SETTLE = 2 * SECOND;
/** So often the state is kept alive, and an outage is noticed, where nobody asks. */
const TICK_EVERY = SECOND;
const LOOK_AGAIN = 200;
/** Who seeds says so every second; where it was killed, another begins after this. */
const LOCK_LIVES = 5 * SECOND;
const LOCK_EVERY = SECOND;
const AT_ONCE = 200;
/** Asks the counters that all gateways of an instance share in a Redis or Valkey server. Decision 95. */
export function openSharedLimiter(options: SharedLimiterOptions): SharedLimiter {
  return new RedisLimiter(options);
}

class RedisLimiter implements SharedLimiter {
  readonly #options: SharedLimiterOptions;
  readonly #keys: RedisKeys;
  readonly #link: RedisLink;
  readonly #bound = new TimeBound();
  readonly #self = randomUUID();
  readonly #ticker: NodeJS.Timeout;
  readonly #waiting: (() => void)[] = [];
  /** Marks that have yet to be applied, by their target: null is the instance. */
  readonly #resets = new Map<string | null, number>();
  #toMerge: Unshared[] = [];
  /** The process of the server that there is a connection to. */
  #runId: string | null = null;
  /** The generation of counters that is in force there; null: none, as far as is known. */
  #generation: string | null = null;
  #lastGeneration: string | null = null;
  #joining = false;
  #source: SeedSource | null = null;
  #underWay: (after: number) => readonly LetIn[] = () => [];
  /** The last call failed. */
  #failing = false;
  #reported = false;
  #closed = false;

  constructor(options: SharedLimiterOptions) {
    this.#options = options;
    this.#keys = redisKeys(options.instanceId);
    this.#link = openRedisLink(
      options.url,
      {
        ready: (runId) => {
          this.#runId = runId;
          void this.#join();
        },
        away: (cause) => {
          this.#runId = null;
          this.#generation = null;
          this.#report(cause);
          this.#wake();
        },
      },
      options.patience,
    );
    this.#ticker = setInterval(() => void this.#tick(), TICK_EVERY).unref();
  }

  get mode(): SharedMode {
    if (this.#generation !== null && !this.#failing) return 'shared';
    return this.#options.fallback === null ? 'unavailable' : 'suspended';
  }

  async ask(question: LimitQuestion, trial: LimitQuestion | null, now: number): Promise<Asked | null> {
    const { fallback } = this.#options;
    const answer = await this.#asked('charge', question, trial);
    if (answer === null) return fallback?.ask(question, trial, now) ?? null;
    const limits = limitAnswer(question, answer, 'charge');
    if (limits.admitted) fallback?.charge(question, now);
    return { limits, trial: trialOfAsk(answer) };
  }

  async look(mode: 'predict' | 'peek', question: LimitQuestion, now: number): Promise<LimitAnswer | null> {
    const answer = await this.#asked(mode, question, null);
    if (answer === null) return this.#options.fallback?.look(mode, question, now) ?? null;
    return limitAnswer(question, answer, mode);
  }

  async *tokens(): AsyncGenerator<readonly string[]> {
    let cursor = '0';
    // A scan may name one twice.
    const seen = new Set<string>();
    do {
      const found = await this.#scan(cursor);
      if (found === null) {
        const own = this.#options.fallback?.limiter.tokens();
        if (own === undefined) throw new LimitsUnavailable();
        yield [...own].filter((id) => !seen.has(id));
        return;
      }
      cursor = found.cursor;
      const ids = found.ids.filter((id) => !seen.has(id));
      for (const id of ids) seen.add(id);
      yield ids;
    } while (cursor !== '0');
  }

  async #scan(cursor: string): Promise<{ cursor: string; ids: string[] } | null> {
    if (this.#generation === null) return null;
    const { index } = this.#keys.of(this.#generation);
    try {
      const [next, found] = await this.#link.client.zscan(index, cursor, 'COUNT', AT_ONCE);
      return { cursor: next, ids: found.filter((_, at) => at % 2 === 0) };
    } catch (cause) {
      this.#failed(cause);
      return null;
    }
  }

  async standings(owner: LimitOwner, questions: readonly LimitQuestion[], now: number): Promise<Standing[]> {
    const limitOf = (question: LimitQuestion) => (owner === 'instance' ? question.instance : question.token);
    const standings: Standing[] = [];
    for (let at = 0; at < questions.length; at += AT_ONCE) {
      const some = questions.slice(at, at + AT_ONCE);
      const answer = await this.#run('gatehouseStandings', (generation) => {
        const own = this.#keys.of(generation);
        return {
          keys: some.map(({ tokenId }) => (owner === 'instance' ? own.instance : own.token(tokenId))),
          args: some.flatMap((question) => limitArguments(limitOf(question))),
        };
      });
      if (answer !== null)
        for (const [n, question] of some.entries())
          standings.push(standingOf(owner, limitOf(question), answer.slice(n * 4, n * 4 + 4)));
      else {
        const local = this.#options.fallback?.limiter;
        if (local === undefined) throw new LimitsUnavailable();
        for (const question of some) standings.push(local.standing(owner, question, now));
      }
    }
    return standings;
  }

  reset(tokenId: string | null, mark: number): void {
    this.#options.fallback?.reset(tokenId);
    this.#resets.set(tokenId, mark);
    // What is asked from now on goes behind it on the same connection.
    if (this.#generation !== null)
      void this.#applyResets(this.#generation).catch((cause) => this.#failed(cause));
  }

  async begin(
    source: SeedSource,
    underWay: (after: number) => readonly LetIn[],
    patience: number,
  ): Promise<void> {
    this.#source = source;
    this.#underWay = underWay;
    for (const { target, id } of await source.resets()) this.reset(target === 'instance' ? null : target, id);
    this.#link.open();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    const late = setTimeout(resolve, patience);
    await promise;
    clearTimeout(late);
  }

  sweep(budget: number, now: number): void {
    this.#options.fallback?.sweep(budget, now);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#ticker);
    this.#link.close();
  }

  async #asked(
    mode: 'charge' | 'predict' | 'peek',
    question: LimitQuestion,
    trial: LimitQuestion | null,
  ): Promise<number[] | null> {
    const generation = this.#generation;
    if (generation === null) return null;
    const sentAt = this.#options.clock.monotonic();
    const { keys, args } = askCall(
      this.#keys,
      { generation, notAfter: this.#bound.latest(sentAt) },
      mode,
      question,
      trial,
    );
    return this.#call('gatehouseAsk', generation, keys, args, sentAt, timeOfAsk);
  }

  /** Runs a script on the counters in force; null: there are none that could be asked. */
  #run(
    script: RedisScript,
    call: (generation: string) => { keys: string[]; args: (string | number)[] },
  ): Promise<number[] | null> {
    const generation = this.#generation;
    if (generation === null) return Promise.resolve(null);
    const sentAt = this.#options.clock.monotonic();
    const { keys, args } = call(generation);
    return this.#call(
      script,
      generation,
      [this.#keys.state, ...keys],
      [...atArguments({ generation, notAfter: this.#bound.latest(sentAt) }), ...args],
      sentAt,
      (answer) => answer.at(-1) ?? 0,
    );
  }

  async #call(
    script: RedisScript,
    generation: string,
    keys: string[],
    args: (string | number)[],
    sentAt: number,
    timeOf: (answer: number[]) => number,
  ): Promise<number[] | null> {
    let answer: number[] | null;
    try {
      answer = (await this.#link.run(script, keys, args)) as number[] | null;
    } catch (cause) {
      this.#failed(cause);
      return null;
    }
    if (answer === null) {
      this.#lost(generation);
      return null;
    }
    this.#bound.learn(sentAt, timeOf(answer));
    this.#failing = false;
    this.#reported = false;
    return answer;
  }

  async #tick(): Promise<void> {
    if (this.#generation === null) return;
    if (this.#resets.size > 0) this.#applyResets(this.#generation).catch((cause) => this.#failed(cause));
    await this.#run('gatehouseTick', () => ({ keys: [], args: [] }));
  }

  #failed(cause: unknown): void {
    this.#failing = true;
    this.#report(cause);
  }

  /** Once for each outage. */
  #report(cause: unknown): void {
    if (this.#reported || this.#closed) return;
    this.#reported = true;
    // Without the error itself: what ioredis throws has the command with it, which may be the password's.
    const why = cause instanceof Error ? cause.message : String(cause);
    this.#options.onFailure(new Error(`the shared limits cannot be asked: ${why}`));
  }

  /** The server no longer has these counters: it was started anew or emptied. */
  #lost(generation: string): void {
    if (this.#generation !== generation) return;
    this.#generation = null;
    this.#report(new Error('their counters are gone; they are seeded from the log'));
    void this.#join();
  }

  /** Finds the generation of counters that is in force, or makes one; as long as there is a connection. */
  async #join(): Promise<void> {
    if (this.#joining) return;
    this.#joining = true;
    while (!this.#closed && this.#runId !== null && this.#generation === null) {
      try {
        await this.#joinOnce(this.#runId);
      } catch (cause) {
        this.#report(cause);
        await delay(LOOK_AGAIN, undefined, { ref: false });
      }
    }
    this.#joining = false;
  }

  async #joinOnce(runId: string): Promise<void> {
    const { client } = this.#link;
    const generation = await client.getrange(this.#keys.state, STATE_BYTES, -1);
    if (generation.startsWith(`${runId}:`)) await this.#enter(runId, generation);
    else if ((await client.set(this.#keys.lock, this.#self, 'PX', LOCK_LIVES, 'NX')) !== null)
      await this.#seed(runId);
    else await delay(LOOK_AGAIN, undefined, { ref: false });
  }

  async #enter(runId: string, generation: string): Promise<void> {
    const { clock, fallback } = this.#options;
    // The time of the same counters goes on while the server is away.
    if (generation !== this.#lastGeneration) this.#bound.forget();
    const sentAt = clock.monotonic();
    const at = atArguments({ generation, notAfter: this.#bound.latest(sentAt) });
    const answer = (await this.#link.run('gatehouseTick', [this.#keys.state], at)) as number[] | null;
    if (answer === null) return;
    const [seeded = 0, time = 0] = answer;
    this.#bound.learn(sentAt, time);
    const ahead = time - sentAt;
    await this.#applyResets(generation);
    if (generation !== this.#lastGeneration) {
      // The log that it was seeded from has the rest.
      const since = seeded - ahead - this.#settle;
      const letIn = this.#underWay(since).map(({ question, time }) => ({
        question,
        counted: [{ last: time, count: 1 }],
      }));
      this.#toMerge = [...letIn, ...(fallback?.takeUnshared(since, clock.monotonic()) ?? [])];
      this.#lastGeneration = generation;
    }
    do {
      const meanwhile = fallback?.takeUnshared(Number.NEGATIVE_INFINITY, clock.monotonic());
      this.#toMerge.push(...(meanwhile ?? []));
      await this.#merge(generation, ahead);
    } while (fallback?.hasUnshared);
    if (this.#runId !== runId) return;
    this.#generation = generation;
    this.#failing = false;
    this.#reported = false;
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  get #settle(): number {
    return this.#options.settle ?? SETTLE;
  }

  /** Counts what this gateway let in by itself. */
  async #merge(generation: string, ahead: number): Promise<void> {
    const own = this.#keys.of(generation);
    while (this.#toMerge.length > 0) {
      const { question, counted } = this.#toMerge[0] as Unshared;
      const pairs = [
        counted.length,
        ...counted.flatMap(({ last, count }) => [Math.ceil(last + ahead), count]),
      ];
      const load = (key: string, tokenId: string, seconds: number) =>
        this.#link.run(
          'gatehouseLoad',
          [this.#keys.state, own.index, key],
          [...atArguments({ generation, notAfter: null }), tokenId, seconds, ...pairs, ...pairs],
        );
      const { tokenId, token, instance } = question;
      const done = await Promise.all([
        load(own.token(tokenId), tokenId, token.burst.seconds),
        load(own.instance, '', instance?.burst.seconds ?? 0),
      ]);
      if (done.includes(null)) throw new Error('the counters are gone again');
      this.#toMerge.shift();
    }
  }

  async #applyResets(generation: string): Promise<void> {
    const own = this.#keys.of(generation);
    await Promise.all(
      [...this.#resets].map(async ([tokenId, mark]) => {
        const keys =
          tokenId === null
            ? [own.instance, own.trialInstance]
            : [own.token(tokenId), own.trialToken(tokenId)];
        const done = await this.#link.run(
          'gatehouseReset',
          [this.#keys.state, own.resets, ...keys],
          [generation, tokenId ?? 'instance', mark],
        );
        if (done !== null && this.#resets.get(tokenId) === mark) this.#resets.delete(tokenId);
      }),
    );
  }

  /** Makes a generation of counters from the log; others wait for it meanwhile. */
  async #seed(runId: string): Promise<void> {
    const { clock } = this.#options;
    const { client } = this.#link;
    const source = this.#source;
    if (source === null) throw new Error('there is nothing to seed the limits from');
    const hold = (ms: number) => this.#link.run('gatehouseHold', [this.#keys.lock], [this.#self, ms]);
    const renewing = setInterval(() => hold(LOCK_LIVES).catch(() => undefined), LOCK_EVERY).unref();
    try {
      await delay(this.#settle, undefined, { ref: false });
      const generation = `${runId}:${randomUUID()}`;
      const resets = await source.resets();
      const wall = clock.now();
      const [seconds, microseconds] = await client.time();
      const redis = Number(seconds) * SECOND + Math.floor(Number(microseconds) / SECOND);
      const loaded = await readSeed(source, resets, { wall, redis });
      await writeSeed(this.#link, this.#keys, generation, { loaded, resets });
      // Only if the lock is still held.
      await this.#link.run(
        'gatehousePublish',
        [this.#keys.state, this.#keys.lock],
        [this.#self, generation, redis, ''],
      );
    } catch (cause) {
      await hold(0);
      throw cause;
    } finally {
      clearInterval(renewing);
    }
  }
}

/** Of the state, before the generation's name: lua-state.ts. */
const STATE_BYTES = 24;
