import type { KeyRing } from '../tokens/key-ring.ts';
import { chainKeyOf, NO_KEY } from './chain.ts';
import type { Head } from './head-file.ts';

/** The chain's key by the id of the instance's; null: a plain hash does; undefined: it is not here. */
export type ChainKeys = ReadonlyMap<string, Uint8Array | null>;

/**
 * Of the keys that are in force, and of those that were retired.
 * @param keyless may processes without the key have recorded something, as on Postgres?
 */
export function chainKeys(ring: KeyRing, head: Head, keyless: boolean): ChainKeys {
  const known = new Map<string, Uint8Array | null>(head.retiredKeys);
  for (const key of ring.keys) known.set(key.id, chainKeyOf(key));
  if (keyless) known.set(NO_KEY, null);
  return known;
}
