import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, SECOND } from '../../../base/clock.ts';
import type { Unshared } from './fallback.ts';
import { type GenerationKeys, type RedisKeys, redisKeys } from './keys.ts';
import { isLate, openRedisLink, type RedisLink, type RedisPatience, type RedisScript } from './link.ts';
import { STATE_BYTES } from './lua-state.ts';
import { makeGeneration, takeSeedLock } from './make-generation.ts';
import { PendingResets } from './pending-resets.ts';
import type { SeedSource } from './seed.ts';
import { TimeBound } from './time-bound.ts';

export interface SharedCountersOptions {
  readonly url: string;
  readonly instanceId: string;
  readonly clock: Clock;
  /** Told once of each outage. */
  onFailure(cause: unknown): void;
  readonly patience?: RedisPatience | undefined;
  /** Milliseconds from when the counters were found to be gone until the log has what other gateways let in before. */
  readonly settle?: number | undefined;
}

/** What a gateway let in that the counters it comes to do not know of. */
export interface Handover {
  /** Where they were seeded from the log as of `time`: what that could not have. */
  sinceSeeding(time: number): Unshared[];
  /** What it let in by itself, and was not asked for yet. */
  byItself(): Unshared[];
}

/** A script's keys, and its arguments behind those that say where and when. */
interface Call {
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

const SETTLE = 2 * SECOND;
/** So often the state is kept alive, and an outage is noticed, where nobody asks. */
const TICK_EVERY = SECOND;
const LOOK_AGAIN = 200;
/** So much is handed over in one go. */
const AT_ONCE = 200;

/** The counters that are in force on a server: found there or made, and called as long as they are whole. */
export class SharedCounters {
  readonly keys: RedisKeys;
  readonly link: RedisLink;
  readonly #options: SharedCountersOptions;
  readonly #bound = new TimeBound();
  readonly #resets = new PendingResets();
  readonly #self = randomUUID();
  readonly #ticker: NodeJS.Timeout;
  #waiting: (() => void)[] = [];
  #source: SeedSource | null = null;
  #handover: Handover | null = null;
  #toMerge: Unshared[] = [];
  /** The process of the server that there is a connection to. */
  #runId: string | null = null;
  /** The generation of counters that is in force there; null: none, as far as is known. */
  #generation: string | null = null;
  #lastGeneration: string | null = null;
  #joining = false;
  /** The last call failed. */
  #failing = false;
  #reported = false;
  #closed = false;

  constructor(options: SharedCountersOptions) {
    this.#options = options;
    this.keys = redisKeys(options.instanceId);
    const ready = (runId: string): void => {
      this.#runId = runId;
      void this.#join();
    };
    const away = (cause: Error): void => {
      this.#runId = null;
      this.#generation = null;
      this.#report(cause);
      this.#wake();
    };
    this.link = openRedisLink(options.url, { ready, away }, options.patience);
    this.#ticker = setInterval(() => void this.#tick(), TICK_EVERY).unref();
  }

  /** Whether they could be asked just now. */
  get whole(): boolean {
    return this.#generation !== null && !this.#failing;
  }

  /** The names of the counters in force; null: there are none. */
  get own(): GenerationKeys | null {
    return this.#generation === null ? null : this.keys.of(this.#generation);
  }

  /** Connects; resolves once they can be asked, or it is known that they cannot, or after so many milliseconds. */
  async begin(source: SeedSource, handover: Handover, patience: number): Promise<void> {
    this.#source = source;
    this.#handover = handover;
    this.link.open();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    const late = setTimeout(resolve, patience);
    await promise;
    clearTimeout(late);
  }

  /** Counts nothing of what was before the mark with this id: now, or as soon as there is a server. */
  reset(tokenId: string | null, mark: number): void {
    this.#resets.add(tokenId, mark);
    // What is called from now on goes behind it on the same connection.
    this.#applyResets();
  }

  /** Runs a script on the counters in force; null: there are none that could be asked. */
  async call(
    script: RedisScript,
    of: (own: GenerationKeys) => Call,
    timeOf = (answer: readonly number[]): number => answer.at(-1) ?? 0,
  ): Promise<number[] | null> {
    const generation = this.#generation;
    if (generation === null) return null;
    let answer: number[] | null;
    try {
      answer = await this.#timed(script, generation, of(this.keys.of(generation)), timeOf);
    } catch (cause) {
      this.failed(cause);
      return null;
    }
    if (answer === null) this.#lost(generation);
    else this.#succeeded();
    return answer;
  }

  /** Told of a call that failed. */
  failed(cause: unknown): void {
    this.#failing = true;
    this.#report(cause);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#ticker);
    this.link.close();
  }

  /** Runs a script with the latest that the counters' time can be; repeats it where their time seems to be ahead. */
  async #timed(
    script: RedisScript,
    generation: string,
    { keys, args }: Call,
    timeOf: (answer: readonly number[]) => number,
  ): Promise<number[] | null> {
    const send = async (sign: '' | '='): Promise<number[] | null> => {
      const sentAt = this.#options.clock.monotonic();
      const latest = this.#bound.latest(sentAt);
      const notAfter = latest === null ? '' : `${sign}${latest}`;
      const answer = await this.link.run(
        script,
        [this.keys.state, ...keys],
        [generation, notAfter, '', ...args],
      );
      if (answer === null) return null;
      this.#bound.learn(sentAt, timeOf(answer as number[]));
      return answer as number[];
    };
    try {
      return await send('');
    } catch (cause) {
      // It was not lying about somewhere: it is the server's clock that was set.
      if (isLate(cause)) return await send('=');
      throw cause;
    }
  }

  async #tick(): Promise<void> {
    this.#applyResets();
    await this.call('gatehouseTick', () => ({ keys: [], args: [] }));
  }

  #applyResets(): void {
    if (this.#generation === null || this.#resets.size === 0) return;
    this.#resets.apply(this.link, this.keys, this.#generation).catch((cause) => this.failed(cause));
  }

  #succeeded(): void {
    this.#failing = false;
    this.#reported = false;
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
    const { link, keys } = this;
    const generation = await link.client.getrange(keys.state, STATE_BYTES, -1);
    if (generation.startsWith(`${runId}:`)) await this.#enter(runId, generation);
    else if (this.#source !== null && (await takeSeedLock(link, keys, this.#self)))
      await makeGeneration({ link, keys, holder: this.#self }, runId, this.#source, {
        wallClock: () => this.#options.clock.now(),
        settle: this.#settle,
      });
    else await delay(LOOK_AGAIN, undefined, { ref: false });
  }

  get #settle(): number {
    return this.#options.settle ?? SETTLE;
  }

  async #enter(runId: string, generation: string): Promise<void> {
    const isNew = generation !== this.#lastGeneration;
    // The time of the same counters goes on while the server is away.
    if (isNew) this.#bound.forget();
    const sentAt = this.#options.clock.monotonic();
    const call = { keys: [], args: [] };
    const answer = await this.#timed('gatehouseTick', generation, call, ([, time]) => time ?? 0);
    if (answer === null) return;
    const [seeded = 0, time = 0] = answer;
    const ahead = time - sentAt;
    await this.#resets.apply(this.link, this.keys, generation);
    if (isNew) this.#toMerge = this.#handover?.sinceSeeding(seeded - ahead - this.#settle) ?? [];
    this.#lastGeneration = generation;
    do {
      this.#toMerge.push(...(this.#handover?.byItself() ?? []));
      await this.#merge(generation, ahead);
      // More may have come meanwhile; what comes from here on is counted there.
      this.#toMerge = this.#handover?.byItself() ?? [];
    } while (this.#toMerge.length > 0);
    if (this.#runId !== runId) return;
    this.#generation = generation;
    this.#succeeded();
    this.#wake();
  }

  /** Counts there what this gateway let in without it. */
  async #merge(generation: string, ahead: number): Promise<void> {
    const own = this.keys.of(generation);
    while (this.#toMerge.length > 0) {
      const done = await Promise.all(
        this.#toMerge.slice(0, AT_ONCE).map(({ tokenId, limit, counted }) => {
          const times = counted.flatMap(({ last, count }) => [Math.ceil(last + ahead), count]);
          const pairs = [counted.length, ...times];
          return this.link.run(
            'gatehouseLoad',
            [this.keys.state, own.index, tokenId === null ? own.instance : own.token(tokenId)],
            [generation, '', '', tokenId ?? '', limit?.burst.seconds ?? 0, ...pairs, ...pairs],
          );
        }),
      );
      if (done.includes(null)) throw new Error('the counters are gone again');
      this.#toMerge = this.#toMerge.slice(AT_ONCE);
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting = [];
  }
}
