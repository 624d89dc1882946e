import type { LogRow } from '../../../../features/logs/contract.ts';
import { mergeRows } from './live-rows.ts';

/** What is in memory at most; what is older is in the log. */
export const MOST_ROWS = 2_000;
/** Rows come in as often as that at most, however many there are. */
const SHOW_EVERY_MS = 200;
const RETRY_AFTER_MS = [1_000, 2_000, 5_000, 10_000];

export interface TailSnapshot {
  readonly state: 'connecting' | 'live' | 'lost';
  /** Why it was lost; null: it ended in good order, or was not lost. */
  readonly cause: unknown;
  /** Newest first. */
  readonly rows: readonly LogRow[];
  readonly paused: boolean;
  /** How many have arrived since it was paused. */
  readonly waiting: number;
}

export interface TailSource {
  /** The rows from now on. */
  follow(signal: AbortSignal): Promise<AsyncIterable<{ items: LogRow[] }>>;
  /** The newest rows that are there: to begin with, and after a connection was lost. */
  newest(signal: AbortSignal): Promise<readonly LogRow[]>;
}

/** Calls `run` after `ms`; what it returns calls that off. */
export type Later = (run: () => void, ms: number) => () => void;

const systemLater: Later = (run, ms) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/** The live tail: follows the log, joins it again when the connection is lost, and keeps the last rows. */
export class TailFeed {
  readonly #source: TailSource;
  readonly #later: Later;
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();
  #snapshot: TailSnapshot = {
    state: 'connecting',
    cause: null,
    rows: [],
    paused: false,
    waiting: 0,
  };
  #fresh: LogRow[] = [];
  #arrived = 0;
  #callOff: (() => void) | null = null;
  #failures = 0;

  constructor(source: TailSource, later: Later = systemLater) {
    this.#source = source;
    this.#later = later;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): TailSnapshot => this.#snapshot;

  /** Begins, until `end`. */
  start(): void {
    void this.#follow();
  }

  end(): void {
    this.#stop.abort();
    this.#callOff?.();
    this.#callOff = null;
  }

  pause(): void {
    if (!this.#snapshot.paused) this.#set({ paused: true });
  }

  /** Goes on, with what arrived meanwhile. */
  resume(): void {
    if (!this.#snapshot.paused) return;
    this.#set({ paused: false });
    this.#show();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop;
    let cause: unknown = null;
    // A connection of its own: what is under way ends with it.
    const connection = new AbortController();
    const end = () => connection.abort();
    signal.addEventListener('abort', end, { once: true });
    try {
      const stream = (await this.#source.follow(connection.signal))[Symbol.asyncIterator]();
      // Listening first: what arrives between the two would else be in neither.
      let next = stream.next();
      // It is awaited below; until then its failure is not unheard of.
      next.catch(() => undefined);
      const newest = await this.#source.newest(connection.signal);
      const known = new Set([...this.#snapshot.rows, ...this.#fresh].map(({ requestId }) => requestId));
      this.#take(newest.toReversed().filter(({ requestId }) => !known.has(requestId)));
      this.#failures = 0;
      this.#set({ state: 'live', cause: null });
      for (;;) {
        const { done, value } = await next;
        if (done === true) break;
        this.#take(value.items);
        next = stream.next();
      }
    } catch (thrown) {
      cause = thrown;
    } finally {
      signal.removeEventListener('abort', end);
      connection.abort();
    }
    if (signal.aborted) return;
    this.#set({ state: 'lost', cause });
    const wait = RETRY_AFTER_MS[Math.min(this.#failures, RETRY_AFTER_MS.length - 1)] ?? 0;
    this.#failures++;
    const callOff = this.#later(() => {
      signal.removeEventListener('abort', callOff);
      void this.#follow();
    }, wait);
    signal.addEventListener('abort', callOff, { once: true });
  }

  #take(items: readonly LogRow[]): void {
    if (this.#stop.signal.aborted || items.length === 0) return;
    this.#arrived += items.length;
    this.#fresh = this.#fresh.concat(items);
    if (this.#fresh.length > MOST_ROWS) this.#fresh = this.#fresh.slice(-MOST_ROWS);
    this.#callOff ??= this.#later(() => {
      this.#callOff = null;
      if (this.#snapshot.paused) this.#set({ waiting: this.#arrived });
      else this.#show();
    }, SHOW_EVERY_MS);
  }

  #show(): void {
    const rows = mergeRows(this.#snapshot.rows, this.#fresh, MOST_ROWS);
    [this.#fresh, this.#arrived] = [[], 0];
    this.#set({ rows, waiting: 0 });
  }

  #set(change: Partial<TailSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}
