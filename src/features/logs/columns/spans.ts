import type { Summary } from './block.ts';

/** Blocks that were filled one after the other, and what all of them together have. */
export interface Span {
  readonly blocks: readonly Summary[];
  /** With the number of its first block. */
  readonly summary: Summary;
}

/** Some hours of a busy day. */
const SPAN_BLOCKS = 16;

/** What was summed up of full blocks, by the first of them: those never change. */
const known = new WeakMap<Summary, Span>();

/**
 * A day's blocks by the span: a search passes over a span, and a count takes one, at once. What is left at the end, where
 * blocks still come and grow, is a span a block.
 */
export function spansOf(blocks: readonly Summary[]): Span[] {
  const spans: Span[] = [];
  // The last block of all may still grow.
  const whole = Math.floor(Math.max(0, blocks.length - 1) / SPAN_BLOCKS) * SPAN_BLOCKS;
  for (let at = 0; at < whole; at += SPAN_BLOCKS) spans.push(spanOf(blocks.slice(at, at + SPAN_BLOCKS)));
  for (const block of blocks.slice(whole)) spans.push({ blocks: [block], summary: block });
  return spans;
}

function spanOf(blocks: readonly Summary[]): Span {
  const first = blocks[0] as Summary;
  const before = known.get(first);
  if (before?.blocks.every((block, at) => block === blocks[at])) return before;
  const [groups, groupCounts] = sumUp(blocks.map((block) => [block.groups, block.groupCounts]));
  const [addresses, addressCounts] = sumUp(blocks.map((block) => [block.addresses, block.addressCounts]));
  const summary: Summary = {
    id: first.id,
    rows: blocks.reduce((sum, { rows }) => sum + rows, 0),
    first: Math.min(...blocks.map((block) => block.first)),
    last: Math.max(...blocks.map((block) => block.last)),
    groups,
    groupCounts,
    addresses,
    addressCounts,
  };
  const span = { blocks, summary };
  known.set(first, span);
  return span;
}

/** The different numbers of all, ascending, with the sums of their counts. */
function sumUp(
  all: readonly (readonly [numbers: Uint32Array, counts: Uint32Array])[],
): [numbers: Uint32Array, counts: Uint32Array] {
  // Ascending, so the last is the largest.
  const sums = new Uint32Array(Math.max(...all.map(([numbers]) => numbers.at(-1) ?? 0)) + 1);
  for (const [numbers, counts] of all)
    for (let at = 0; at < numbers.length; at++) {
      const number = numbers[at] as number;
      sums[number] = (sums[number] as number) + (counts[at] as number);
    }
  const different = sums.reduce((many, sum) => many + (sum > 0 ? 1 : 0), 0);
  const [numbers, counts] = [new Uint32Array(different), new Uint32Array(different)];
  let next = 0;
  for (let number = 0; number < sums.length; number++) {
    if (sums[number] === 0) continue;
    numbers[next] = number;
    counts[next++] = sums[number] as number;
  }
  return [numbers, counts];
}
