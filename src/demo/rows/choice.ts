import type { Random } from '../random.ts';

/** Things, some of which come up more often than others. */
export interface Choice<T> {
  readonly things: readonly T[];
  /** The sums of the weights up to each. */
  readonly sums: readonly number[];
}

/** The nth of them comes up as often as 1 / n to the power of `skew` says (Zipf's law). */
export const skewed = <T>(things: readonly T[], skew: number): Choice<T> =>
  weighted(things.map((thing, at) => [thing, 1 / (at + 1) ** skew]));

export function weighted<T>(pairs: readonly (readonly [T, number])[]): Choice<T> {
  let sum = 0;
  const sums = pairs.map(([, weight]) => {
    sum += weight;
    return sum;
  });
  return { things: pairs.map(([thing]) => thing), sums };
}

export function choose<T>({ things, sums }: Choice<T>, random: Random): T {
  const wanted = random.next() * (sums.at(-1) ?? 0);
  let [low, high] = [0, things.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] as number) <= wanted) low = middle + 1;
    else high = middle;
  }
  return things[low] as T;
}
