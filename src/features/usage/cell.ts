import { OUTCOMES, type Outcome, outcomeOf } from '../../base/reasons.ts';
import { VarintReader, VarintWriter } from './varints.ts';

/** Requests that are alike: of one endpoint, with one status, for one reason; texts by their numbers. */
export interface Kind {
  readonly endpoint: number;
  readonly status: number;
  readonly reason: number;
}

/** A bin of the sketch of durations and how often it is counted, in one number that sorts by the bin. */
const WEIGHT = 2 ** 40;
export const weighted = (bin: number, count: number): number => bin * WEIGHT + count;
const binOfWeighted = (bin: number): number => Math.floor(bin / WEIGHT);

/** How many requests of a kind, how long they took together, and the bins of their durations. */
export interface Sums {
  readonly kind: Kind;
  count: number;
  /** Whole microseconds, so that the sum does not depend on the order. */
  durationUs: number;
  /** Weighted, in any order, also one several times; none where they are not known. */
  bins: number[];
}

/** What is stored of a cell: how many requests, their outcomes and durations, and the same by kind. */
export interface StoredCell {
  readonly count: number;
  readonly volume: Uint8Array;
  readonly detail: Uint8Array;
}

const writer = new VarintWriter();
const byNumber = (a: number, b: number) => a - b;
export const compareKinds = (a: Kind, b: Kind): number =>
  a.endpoint - b.endpoint || a.status - b.status || a.reason - b.reason;

/**
 * Adds to what is stored of a cell, which may be nothing.
 * @param sums one of each kind, in the order of kinds
 * @param onNew called with each kind that the cell did not have
 */
export function addToCell(
  stored: StoredCell | undefined,
  sums: readonly Sums[],
  onNew: (kind: Kind) => void = () => undefined,
): StoredCell {
  for (const { bins } of sums) bins.sort(byNumber);
  const count = sums.reduce((sum, one) => sum + one.count, stored?.count ?? 0);
  return {
    count,
    volume: addToVolume(stored?.volume, sums),
    detail: addToDetail(stored?.detail, sums, onNew),
  };
}

/** The outcomes' counts in their order, the durations' sum, the sketch's bins. */
function addToVolume(stored: Uint8Array | undefined, sums: readonly Sums[]): Buffer {
  const known = stored === undefined ? null : new VarintReader(stored);
  const counts: Partial<Record<Outcome, number>> = {};
  let durationUs = 0;
  for (const { kind, count, durationUs: more } of sums) {
    const outcome = outcomeOf(kind.status);
    counts[outcome] = (counts[outcome] ?? 0) + count;
    durationUs += more;
  }
  for (const outcome of OUTCOMES) writer.write((known?.read() ?? 0) + (counts[outcome] ?? 0));
  writer.write((known?.read() ?? 0) + durationUs);
  const [one] = sums;
  const bins = sums.length === 1 && one ? one.bins : sums.flatMap((each) => each.bins).sort(byNumber);
  writeBins(known, bins);
  return writer.take();
}

/** One kind after the other: what it is, its count, its durations' sum, its bins. */
function addToDetail(
  stored: Uint8Array | undefined,
  sums: readonly Sums[],
  onNew: (kind: Kind) => void,
): Buffer {
  const known = stored === undefined ? null : new VarintReader(stored);
  let next = known && readKind(known);
  for (const { kind, count, durationUs, bins } of sums) {
    while (known && next && compareKinds(next, kind) < 0) {
      writeSums(next, known, 0, 0, []);
      next = readKind(known);
    }
    if (known && next && compareKinds(next, kind) === 0) {
      writeSums(next, known, count, durationUs, bins);
      next = readKind(known);
    } else {
      onNew(kind);
      writeSums(kind, null, count, durationUs, bins);
    }
  }
  for (; known && next; next = readKind(known)) writeSums(next, known, 0, 0, []);
  return writer.take();
}

function readKind(known: VarintReader): Kind | null {
  return known.done ? null : { endpoint: known.read(), status: known.read(), reason: known.read() };
}

function writeSums(
  kind: Kind,
  known: VarintReader | null,
  count: number,
  durationUs: number,
  bins: readonly number[],
) {
  writer.write(kind.endpoint);
  writer.write(kind.status);
  writer.write(kind.reason);
  writer.write((known?.read() ?? 0) + count);
  writer.write((known?.read() ?? 0) + durationUs);
  writeBins(known, bins);
}

const parts: number[] = [];

/**
 * How many bins, then each as its distance from the one before and its count: those that are known with others added,
 * which are weighted and in order.
 */
function writeBins(known: VarintReader | null, bins: readonly number[]): void {
  parts.length = 0;
  let left = known?.read() ?? 0;
  let at = 0;
  let bin = left > 0 ? (known as VarintReader).read() : Number.POSITIVE_INFINITY;
  for (let last = 0; left > 0 || at < bins.length; ) {
    const current = Math.min(bin, binOfWeighted(bins[at] ?? Number.POSITIVE_INFINITY));
    let count = 0;
    if (bin === current) {
      count = (known as VarintReader).read();
      bin = --left > 0 ? bin + (known as VarintReader).read() : Number.POSITIVE_INFINITY;
    }
    for (const end = weighted(current + 1, 0); (bins[at] as number) < end; at++)
      count += (bins[at] as number) - weighted(current, 0);
    parts.push(current - last, count);
    last = current;
  }
  writer.write(parts.length / 2);
  for (const part of parts) writer.write(part);
}

/** Told each bin of a sketch, and how often it is counted. */
export type TakeBin = (bin: number, count: number) => void;

/** Reads the volume of a cell. */
export function readVolume(volume: Uint8Array, takeBin: TakeBin): { counts: number[]; durationUs: number } {
  const known = new VarintReader(volume);
  const counts = OUTCOMES.map(() => known.read());
  const durationUs = known.read();
  readBins(known, takeBin);
  return { counts, durationUs };
}

/** Reads the detail of a cell: `take` is given each kind's sums and says who takes its bins. */
export function readDetail(
  detail: Uint8Array,
  take: (kind: Kind, count: number, durationUs: number) => TakeBin,
): void {
  const known = new VarintReader(detail);
  for (let kind = readKind(known); kind !== null; kind = readKind(known))
    readBins(known, take(kind, known.read(), known.read()));
}

function readBins(known: VarintReader, takeBin: TakeBin): void {
  let bin = 0;
  for (let left = known.read(); left > 0; left--) {
    bin += known.read();
    takeBin(bin, known.read());
  }
}

/** Cells added up into one. */
export function mergeCells(cells: readonly Pick<StoredCell, 'detail'>[]): StoredCell {
  const byKind = new Map<string, Sums>();
  for (const { detail } of cells)
    readDetail(detail, (kind, count, durationUs) => {
      const key = `${kind.endpoint} ${kind.status} ${kind.reason}`;
      const sums = byKind.get(key) ?? { kind, count: 0, durationUs: 0, bins: [] };
      byKind.set(key, sums);
      sums.count += count;
      sums.durationUs += durationUs;
      const { bins } = sums;
      return (bin, times) => void bins.push(weighted(bin, times));
    });
  return addToCell(
    undefined,
    [...byKind.values()].sort((a, b) => compareKinds(a.kind, b.kind)),
  );
}
