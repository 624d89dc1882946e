import type { LimitReset } from '../resets.ts';
import type { RedisKeys } from './keys.ts';
import type { RedisLink } from './link.ts';
import type { Counted, Loaded } from './seed.ts';

const AT_ONCE = 500;

/**
 * Writes the counters of a generation that is only being made, and which resets they know.
 */
export async function writeSeed(
  link: RedisLink,
  keys: RedisKeys,
  generation: string,
  { loaded, resets }: { readonly loaded: readonly Loaded[]; readonly resets: readonly LimitReset[] },
): Promise<void> {
  const own = keys.of(generation);
  const marks = resets.flatMap(({ target, id }) => [target, String(id)]);
  if (marks.length > 0) await link.client.hset(own.resets, ...marks);
  await link.client.expire(own.resets, RESETS_LIVE);
  const numbers = (counted: Counted) => [counted.length, ...counted.flat()];
  for (let at = 0; at < loaded.length; at += AT_ONCE) {
    await Promise.all(
      loaded
        .slice(at, at + AT_ONCE)
        .map(({ tokenId, hour, burst }) =>
          link.run(
            'gatehouseLoad',
            [keys.state, own.index, tokenId === null ? own.instance : own.token(tokenId)],
            [
              '',
              '',
              '',
              tokenId ?? '',
              burst?.seconds ?? 0,
              ...numbers(hour),
              ...numbers(burst?.counted ?? []),
            ],
          ),
        ),
    );
  }
}

/** Seconds; as lua-other.ts. */
const RESETS_LIVE = 24 * 3_600;
