import type { RedisKeys } from './keys.ts';
import type { RedisLink } from './link.ts';

/** Resets that shared counters have yet to learn of. One that was applied, by whichever gateway, is not applied again. */
export class PendingResets {
  /** The id of the last mark of each target: null is the instance. */
  readonly #marks = new Map<string | null, number>();

  get size(): number {
    return this.#marks.size;
  }

  add(tokenId: string | null, mark: number): void {
    this.#marks.set(tokenId, mark);
  }

  /** Applies all of them to the counters of a generation; those of which that is not known stay. */
  async apply(link: RedisLink, keys: RedisKeys, generation: string): Promise<void> {
    const own = keys.of(generation);
    await Promise.all(
      [...this.#marks].map(async ([tokenId, mark]) => {
        const counters =
          tokenId === null
            ? [own.instance, own.trialInstance]
            : [own.token(tokenId), own.trialToken(tokenId)];
        const done = await link.run(
          'gatehouseReset',
          [keys.state, own.resets, ...counters],
          [generation, tokenId ?? 'instance', mark],
        );
        if (done !== null && this.#marks.get(tokenId) === mark) this.#marks.delete(tokenId);
      }),
    );
  }
}
